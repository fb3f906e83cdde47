"""Axes of a plot -> the same, with epochs from left to right."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from matplotlib.axes import Axes


def count_epochs(axes: Axes, numbers: Sequence[int]) -> None:
    """Make the horizontal axis count whole epochs; a single one stands in the middle."""
    from matplotlib.ticker import MaxNLocator

    axes.set_xlabel("epoch")
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, nbins=6, min_n_ticks=1))
    axes.set_xlim(min(numbers) - 0.5, max(numbers) + 0.5)
