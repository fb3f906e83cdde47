"""What the reports derive from the facts, as values: stages of the network, and mistakes of the classifier."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """Neighbouring layers whose path names begin alike: `stem`, `stage2`, `head`."""

    name: str
    blocks: int
    layers: int
    output_shape: tuple[int, ...]
    """Of its last layer, without the batch axis."""
    params: int
    params_share: float
    """Of the network's, from 0 to 1."""
    macs: int
    macs_share: float
    activations: int
    """Values that its layers put out for one image."""
    activations_share: float


@dataclass(frozen=True, slots=True)
class Mistake:
    """Images of one class that were taken for another."""

    true: str
    predicted: str
    images: int
    share: float
    """Of the true class's images, from 0 to 1."""
