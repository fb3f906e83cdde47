"""Seed and epoch -> the order in which the training images are seen."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.random_keys import random_keys


def epoch_order(count: int, *, seed: int, epoch: int) -> NDArray[np.int64]:
    """Give (count,) the indices 0 .. count - 1 in an order that is a function of the arguments alone."""
    return np.argsort(random_keys(count, "order", seed, epoch), kind="stable").astype(np.int64)
