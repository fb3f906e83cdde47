"""What a network says of one image.

Enters: nothing. Leaves: the noun.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Prediction:
    """The classes that a network finds most likely."""

    file: str
    """The image, as it was given."""
    classes: tuple[tuple[str, float], ...]
    """Name and probability, most likely first."""
