"""Counters -> random words: a pure function, the same on every machine and with every NumPy.

Enters: counters and a key. Leaves: words. No state, no seeds, no purpose.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

ROUNDS = 10
MULTIPLIERS = (0xD2511F53, 0xCD9E8D57)
KEY_STEPS = (0x9E3779B9, 0xBB67AE85)
LOW = np.uint64(0xFFFFFFFF)
HALF = np.uint64(32)


def philox(counters: NDArray[np.uint64], key: tuple[int, int]) -> NDArray[np.uint32]:
    """Give four random words for each counter: Philox4x32-10 (Salmon et al. 2011, "Parallel random numbers").

    Args:
        counters: (n, 4), each entry below 2**32.
        key: two whole numbers below 2**32.

    Returns:
        (n, 4), uniform over all 32-bit words.
    """
    a, b, c, d = counters.astype(np.uint64).T
    for turn in range(ROUNDS):
        first, second = (
            np.uint64((word + turn * step) & 0xFFFFFFFF) for word, step in zip(key, KEY_STEPS, strict=True)
        )
        left, right = a * np.uint64(MULTIPLIERS[0]), c * np.uint64(MULTIPLIERS[1])
        a, b, c, d = (right >> HALF) ^ b ^ first, right & LOW, (left >> HALF) ^ d ^ second, left & LOW
    return np.stack([a, b, c, d], axis=1).astype(np.uint32)
