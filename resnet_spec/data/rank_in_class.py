"""Labels and a priority -> every image's place among the images of its class."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def rank_in_class(labels: NDArray[np.int64], priority: NDArray[Any]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Give, for each image, how many of its class come before it by priority, and how many its class has.

    Args:
        labels: (n,).
        priority: (n,); lower comes first, then the earlier image.

    Returns:
        rank (n,) and size (n,).
    """
    order = np.lexsort((priority, labels))
    ordered = labels[order]
    start = np.searchsorted(ordered, ordered, side="left")
    rank, size = np.empty(len(labels), np.int64), np.empty(len(labels), np.int64)
    rank[order] = np.arange(len(labels)) - start
    size[order] = np.searchsorted(ordered, ordered, side="right") - start
    return rank, size
