"""Labels and a limit -> the first images, class by class in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.rank_in_class import rank_in_class


def spread_over_classes(labels: NDArray[np.int64], limit: int) -> NDArray[np.int64]:
    """Give the indices of at most `limit` images, in their order.

    The first image of every class comes before the second of any.

    Args:
        labels: (n,).
        limit: how many images, at most.
    """
    rank, _ = rank_in_class(labels, np.arange(len(labels)))
    return np.sort(np.lexsort((labels, rank))[:limit]).astype(np.int64)
