"""Confusion matrix -> a picture of it, from two classes to a thousand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.make_visible import make_visible
from resnet_spec.report.palette import SHADE, SHADE_LIMIT
from resnet_spec.report.quantity import percent

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COUNTED = 20
"""Up to so many classes, each cell has its count in it."""
_NAMED = 40
"""Up to so many classes, rows and columns are named; more are numbered from 0."""
_NAME_LENGTH = 18


def plot_confusion(confusion: Sequence[Sequence[int]], class_names: Sequence[str]) -> str:
    """Draw the matrix as inline SVG: a cell is as opaque as the square root of its share of the row.

    Rows are true classes, columns predicted ones, both in the order of `class_names`.
    """
    counts = np.asarray(confusion, dtype=np.int64).reshape(len(confusion), -1)
    classes = len(counts)

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(xlabel="predicted class", ylabel="true class")
        axes.grid(visible=False)
        axes.imshow(_shade(counts), interpolation="none")
        if classes <= _COUNTED:
            _write_counts(axes, counts)
        if classes <= _NAMED:
            _write_names(axes, class_names)

    correct, images = int(np.trace(counts)), int(counts.sum())
    share = percent(correct / images) if images else "none"
    label = f"Confusion matrix of {classes} classes: {correct:,} of {images:,} images ({share}) on the diagonal."
    return draw_svg("plot-confusion", label, _size(classes), paint)


def _size(classes: int) -> tuple[float, float]:
    # Up to ten classes stay legible on a telephone, where the page scales them down least.
    if classes > _NAMED:
        return 6.5, 6.5
    inches = max(3.6, 1.3 + 0.35 * classes) if classes <= 10 else min(8.5, 1.6 + 0.4 * classes)
    return inches, inches


def _shade(counts: np.ndarray) -> np.ndarray:
    rows = np.maximum(counts.sum(axis=1, keepdims=True), 1)
    picture = np.empty((*counts.shape, 4), dtype=np.uint8)
    picture[..., :3] = SHADE
    picture[..., 3] = np.round(255 * SHADE_LIMIT * np.sqrt(counts / rows))
    return picture


def _write_counts(axes: Axes, counts: np.ndarray) -> None:
    size = 9 if len(counts) <= 12 and counts.max() < 1_000 else 7
    for row, column in np.argwhere(counts):
        axes.text(column, row, f"{counts[row, column]:,}", ha="center", va="center", fontsize=size)


def _write_names(axes: Axes, class_names: Sequence[str]) -> None:
    places = range(len(class_names))
    names = [_short(name) for name in class_names]
    size = 9 if len(names) <= _COUNTED else 8
    axes.set_xticks(places, names, rotation=90, fontsize=size, parse_math=False)
    axes.set_yticks(places, names, fontsize=size, parse_math=False)


def _short(name: str) -> str:
    line = make_visible(name, one_line=True)
    return line if len(line) <= _NAME_LENGTH else f"{line[: _NAME_LENGTH - 1]}…"
