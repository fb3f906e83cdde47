"""The checkpoint policy: whether an epoch's weights are the best so far."""

from __future__ import annotations

import math


def keep_best(monitor: str, value: float, best: float | None) -> bool:
    """Say whether `value` is better than `best`: higher for an accuracy, lower for a loss.

    NaN and infinity never are.
    """
    if not math.isfinite(value):
        return False
    if best is None:
        return True
    return value > best if monitor.endswith("accuracy") else value < best
