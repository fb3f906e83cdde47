"""Random words -> what is drawn from them: whole numbers, numbers of a range, whether a thing happens."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint32]


def below(limit: int, words: Words) -> NDArray[np.int32]:
    """Give whole numbers from 0 to `limit` - 1, one a word."""
    return ((words.astype(np.uint64) * np.uint64(limit)) >> np.uint64(32)).astype(np.int32)


def unit(words: Words) -> NDArray[np.float64]:
    """Give numbers above 0 and below 1, one a word."""
    return (words.astype(np.float64) + 0.5) / 2**32


def between(least: float, most: float, words: Words) -> NDArray[np.float32]:
    """Give numbers of a range, one a word."""
    return (least + (most - least) * unit(words)).astype(np.float32)


def happens(probability: float, words: Words) -> NDArray[np.bool_]:
    """Say what happens, a word each."""
    return unit(words) < probability
