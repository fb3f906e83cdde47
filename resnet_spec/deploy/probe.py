"""Images that a network is tried on, and what the reference said of them.

Enters: nothing. Leaves: nouns. `make_probes` makes the images.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, eq=False)
class Probe:
    """Images of one kind; each kind is held to its own scale, so that large values do not excuse small ones."""

    kind: str
    """What a person reads, such as `real image`."""
    images: NDArray[Any]
    """(images, height, width, channels)."""
    indices: tuple[int, ...]
    """What each image is called, beside its kind: for real ones the index among those given."""
