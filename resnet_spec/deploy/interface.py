"""What goes into a shipped network and what comes out: names, and sizes.

Enters: nothing. Leaves: the noun and the names that every shipped file uses.
"""

from __future__ import annotations

from dataclasses import dataclass

INPUT = "image"
RESIZED = "image.resized"
"""Inside a file that resizes: the image as the network takes it, from 0 to 255, channels first."""
LOGITS = "logits"
PROBABILITIES = "probabilities"


@dataclass(frozen=True, slots=True)
class Interface:
    """The sizes of a network whose one input is `image` and whose outputs are `logits` and `probabilities`."""

    shape: tuple[int, int, int]
    """Height, width and channels of the input, in pixels; 0 for a size that is free."""
    classes: int
    """Length of a row of the outputs."""

    def takes(self, shape: tuple[int, ...]) -> bool:
        """Say whether images of this height, width and channels can be given."""
        return len(shape) == 3 and all(ours in (0, theirs) for ours, theirs in zip(self.shape, shape, strict=True))
