"""Epochs -> the curve of how many images a second were trained on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resnet_spec.report.count_epochs import count_epochs
from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import ACCENT
from resnet_spec.report.quantity import decimal, many
from resnet_spec.report.run_facts import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_speed(epochs: Sequence[Epoch]) -> str:
    """Draw images a second over the epochs (there is at least one) as inline SVG; unknown ones leave gaps."""
    speeds = [_value(epoch.images_per_second) for epoch in epochs]
    known = sum(map(math.isfinite, speeds))

    def paint(figure: Figure) -> None:
        from matplotlib.ticker import StrMethodFormatter

        axes = figure.add_subplot(title="Images a second")
        numbers = [epoch.epoch for epoch in epochs]
        axes.plot(numbers, speeds, color=ACCENT, marker="o" if known == 1 else "")
        axes.yaxis.set_major_formatter(StrMethodFormatter("{x:,.0f}"))
        count_epochs(axes, numbers)
        axes.set_ylim(bottom=0)

    label = (
        f"Images a second over {many(len(speeds), 'epoch')}, from {decimal(epochs[0].images_per_second, 0)} "
        f"to {decimal(epochs[-1].images_per_second, 0)}."
    )
    return draw_svg("plot-speed", label, (4.2, 2.5), paint)


def _value(speed: float | None) -> float:
    return math.nan if speed is None or not math.isfinite(speed) else speed
