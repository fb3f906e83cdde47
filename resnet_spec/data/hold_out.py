"""Labels and a share -> which images are held out, spread over the classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.random_keys import random_keys
from resnet_spec.data.rank_in_class import rank_in_class

TEST_SEED = 0
"""A fixed one: the test images are part of the data set, not of the run."""


def hold_out(labels: NDArray[np.int64], *, share: float, purpose: str, seed: int) -> NDArray[np.bool_]:
    """Choose a share of each class at random.

    A class of two images or more gives at least one and keeps at least one; a class of one image keeps it.

    Args:
        labels: (n,).
        share: above 0, below 1; of each class, rounded to whole images.
        purpose: `test` or `validation`; they choose independently.
        seed: the choice is a function of it, of the purpose and of the labels.

    Returns:
        (n,), true where an image is held out.
    """
    rank, size = rank_in_class(labels, random_keys(len(labels), "hold_out", purpose, seed))
    wanted = np.clip(np.rint(size * share).astype(np.int64), np.minimum(1, size - 1), size - 1)
    return np.asarray(rank < wanted)
