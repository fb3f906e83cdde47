"""What goes into a shipped network and what comes out: names, and sizes.

Enters: nothing. Leaves: the noun and the names that every shipped file uses.
"""

from __future__ import annotations

from dataclasses import dataclass

INPUT = "image"
LOGITS = "logits"
PROBABILITIES = "probabilities"


@dataclass(frozen=True, slots=True)
class Interface:
    """The sizes of a network whose one input is `image` and whose outputs are `logits` and `probabilities`."""

    shape: tuple[int, int, int]
    """Height, width and channels of the input, in pixels."""
    classes: int
    """Length of a row of the outputs."""
