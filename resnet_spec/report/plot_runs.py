"""Runs -> one curve for each, over each other."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from resnet_spec.report.comparison import ComparedRun
from resnet_spec.report.count_epochs import count_epochs
from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import SERIES
from resnet_spec.report.quantity import many

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Curve = Literal["val_accuracy", "val_loss", "loss", "learning_rate"]
DASHES: tuple[str | tuple[int, tuple[float, ...]], ...] = ("solid", (0, (4, 1.5)), (0, (1, 1.2)))
"""By how many runs there are already of a colour."""
_TITLES = {
    "val_accuracy": "Validation accuracy",
    "val_loss": "Validation loss",
    "loss": "Training loss",
    "learning_rate": "Learning rate",
}


def plot_runs(runs: Sequence[ComparedRun], curve: Curve) -> str:
    """Draw one metric of every run that has epochs (there is at least one) as inline SVG, in the order of the runs."""
    drawn = [(place, run.facts.run.epochs) for place, run in enumerate(runs) if run.facts.run and run.facts.run.epochs]

    def paint(figure: Figure) -> None:
        from matplotlib.ticker import PercentFormatter

        axes = figure.add_subplot(title=_TITLES[curve])
        for place, epochs in drawn:
            axes.plot(
                [epoch.epoch for epoch in epochs],
                [_value(getattr(epoch, curve)) for epoch in epochs],
                color=SERIES[place % len(SERIES)],
                linestyle=DASHES[place // len(SERIES) % len(DASHES)],
                marker="o" if len(epochs) == 1 else "",
            )
        if curve == "val_accuracy":
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        count_epochs(axes, sorted(epoch.epoch for _, epochs in drawn for epoch in epochs))

    label = f"{_TITLES[curve]} of {many(len(drawn), 'run')} over up to {max(len(e) for _, e in drawn):,} epochs."
    return draw_svg(f"plot-{curve}", label, (4.2, 2.5), paint)


def _value(value: float | None) -> float:
    return math.nan if value is None or not math.isfinite(value) else value
