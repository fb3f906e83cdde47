"""Epochs -> the curve of the learning rate."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from resnet_spec.report.count_epochs import count_epochs
from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import ACCENT
from resnet_spec.report.quantity import figures, many
from resnet_spec.report.run_facts import Epoch

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_learning_rate(epochs: Sequence[Epoch]) -> str:
    """Draw the learning rate at the end of each epoch (there is at least one) as inline SVG.

    A rate that drops by factors is drawn in steps on a logarithmic axis, a smooth one as a line from zero upwards.
    """
    rates = [_value(epoch.learning_rate) for epoch in epochs]
    drops = sum(epoch.dropped_to is not None for epoch in epochs)

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(title="Learning rate")
        numbers = [epoch.epoch for epoch in epochs]
        dot = "o" if len(epochs) == 1 else ""
        axes.plot(numbers, rates, color=ACCENT, drawstyle="steps-mid" if drops else "default", marker=dot)
        count_epochs(axes, numbers)
        if drops and any(rate > 0 for rate in rates):
            axes.set_yscale("log")
        else:
            axes.set_ylim(bottom=0)

    span = f" from {figures(rates[0])} to {figures(rates[-1])}" if rates else ""
    label = f"Learning rate over {many(len(rates), 'epoch')}{span}, {many(drops, 'drop')}."
    return draw_svg("plot-rate", label, (4.2, 2.5), paint)


def _value(rate: float | None) -> float:
    return math.nan if rate is None or not math.isfinite(rate) else rate
