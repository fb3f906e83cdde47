"""A count and a context -> one random key for each position, to sort by."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.random_words import random_words


def random_keys(count: int, *context: str | int) -> NDArray[np.uint64]:
    """Give (count,) random 64-bit keys; the key of a position does not depend on `count`."""
    words = random_words(np.arange(count, dtype=np.int64), *context).astype(np.uint64)
    return (words[:, 0] << np.uint64(32)) | words[:, 1]
