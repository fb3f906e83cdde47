"""Epochs -> the curve of loss or of accuracy, for training and validation images."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from resnet_spec.report.count_epochs import count_epochs
from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import ACCENT, MUTED, RULE
from resnet_spec.report.quantity import decimal, many, percent
from resnet_spec.report.run_facts import Epoch

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_WIDE_RANGE = 50.0
"""A loss that spans more than this factor is drawn on a logarithmic axis."""


def plot_learning(epochs: Sequence[Epoch], metric: Literal["loss", "accuracy"], best_epoch: int) -> str:
    """Draw one metric over the epochs as inline SVG; figures that are missing or not finite leave gaps.

    There is at least one epoch; `best_epoch` counts from 1, 0 marks none.
    """
    training = [_value(epoch.loss if metric == "loss" else epoch.accuracy) for epoch in epochs]
    validation = [_value(epoch.val_loss if metric == "loss" else epoch.val_accuracy) for epoch in epochs]

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(title=metric.capitalize())
        numbers = [epoch.epoch for epoch in epochs]
        dot = "o" if len(epochs) == 1 else ""
        axes.plot(numbers, training, color=MUTED, linestyle=(0, (3, 1.5)), linewidth=1.2, marker=dot, label="training")
        axes.plot(numbers, validation, color=ACCENT, marker=dot, label="validation")
        _mark_best(axes, numbers, validation, best_epoch)
        _scale(axes, metric, training + validation)
        count_epochs(axes, numbers)
        axes.legend(loc="best", labelcolor=MUTED, handlelength=1.8)

    return draw_svg(f"plot-{metric}", _label(metric, training, validation, best_epoch), (4.2, 2.5), paint)


def _mark_best(axes: Axes, numbers: list[int], validation: list[float], best_epoch: int) -> None:
    if best_epoch not in numbers:
        return
    height = validation[numbers.index(best_epoch)]
    axes.axvline(best_epoch, color=RULE, linewidth=0.8, zorder=1)
    axes.plot([best_epoch], [height], color=ACCENT, marker="o", markersize=5, linestyle="", label="best epoch")


def _scale(axes: Axes, metric: str, values: list[float]) -> None:
    from matplotlib.ticker import PercentFormatter

    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        axes.text(0.5, 0.5, "no finite value", transform=axes.transAxes, ha="center", va="center", color=MUTED)
        axes.set_yticks([])
    elif metric == "accuracy":
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))
    elif min(finite) > 0 and max(finite) / min(finite) > _WIDE_RANGE:
        axes.set_yscale("log")


def _label(metric: str, training: list[float], validation: list[float], best_epoch: int) -> str:
    write = decimal if metric == "loss" else percent
    parts = [
        f"{name} from {write(values[0])} to {write(values[-1])}"
        for name, values in (("training", training), ("validation", validation))
        if values
    ]
    best = f"; the best epoch is {best_epoch}" if best_epoch else ""
    return f"{metric.capitalize()} over {many(len(training), 'epoch')}: {', '.join(parts)}{best}."


def _value(value: float | None) -> float:
    return math.nan if value is None or not math.isfinite(value) else value
