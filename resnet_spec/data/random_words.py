"""Indices and a context -> random words, each a function of its own index and the context alone."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.philox import philox


def random_words(indices: NDArray[np.int64], *context: str | int) -> NDArray[np.uint32]:
    """Give four random words for each index.

    Args:
        indices: (n,), not negative.
        context: what the words are for (a purpose, the seed, the epoch ...); another context gives other words.

    Returns:
        (n, 4), uniform over all 32-bit words.
    """
    digest = hashlib.blake2b("/".join(str(part) for part in context).encode(), digest_size=8).digest()
    key = (int.from_bytes(digest[:4], "little"), int.from_bytes(digest[4:], "little"))
    counters = np.zeros((len(indices), 4), np.uint64)
    counters[:, 0] = indices & 0xFFFFFFFF
    counters[:, 1] = indices >> 32
    return philox(counters, key)
