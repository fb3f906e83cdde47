"""Two networks' logits for the same images -> how far apart they are.

Enters: arrays. Leaves: a comparison. What is too far is the caller's decision.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far logits are from their reference."""

    difference: float
    """Largest absolute difference."""
    relative: float
    """That, divided by the scale."""
    worst: int
    """Row of the largest difference."""
    disagreeing: tuple[int, ...]
    """Rows whose largest logit is in another column."""


def compare_logits(logits: NDArray[Any], reference: NDArray[Any], scale: float) -> Comparison:
    """Compare finite logits of the same shape, (images, classes), at least one image.

    Args:
        logits: of the network that is tried.
        reference: of the original.
        scale: what a difference is divided by, to be called relative.

    A row can only disagree where the reference's two best logits are within twice the largest difference: what was
    below has risen, and what was above has sunk, by no more than that. Within a tolerance, disagreement is a tie.

    >>> compare_logits(np.array([[1.0, 2.5]]), np.array([[1.0, 2.0]]), scale=2.0)
    Comparison(difference=0.5, relative=0.25, worst=0, disagreeing=())
    """
    exact = reference.astype(np.float64)
    rows = np.abs(logits.astype(np.float64) - exact).max(axis=1)
    worst = int(rows.argmax())
    difference = float(rows[worst])
    disagreeing = np.flatnonzero(logits.argmax(axis=1) != exact.argmax(axis=1))
    return Comparison(difference, difference / scale, worst, tuple(int(row) for row in disagreeing))
