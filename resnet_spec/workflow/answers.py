"""Nouns: what `init` asks, and the networks that it knows to draft."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from resnet_spec.data.survey import Survey
from resnet_spec.spec.data import Source


class Size(StrEnum):
    """How large the network is."""

    small = "small"
    medium = "medium"
    large = "large"


@dataclass(frozen=True, slots=True)
class Answers:
    """What a new spec is made from."""

    name: str
    shape: tuple[int, int, int]
    """Height, width and channels of the input."""
    classes: int
    size: Size
    source: Source
    survey: Survey | None
    """What the source is like, where it could be looked at."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """The stages of a network."""

    block: str
    stages: tuple[tuple[int, int], ...]
    """Filters and number of blocks of each."""


_NARROW = ((32, 2), (64, 2), (128, 2), (256, 2))
_RESNET18 = ((64, 2), (128, 2), (256, 2), (512, 2))

SMALL_PICTURE = 64
"""Pictures with a longer side, in pixels, get a stem that quarters them, as for ImageNet."""

FOR_SMALL_PICTURES = {
    Size.small: Recipe("basic", ((16, 3), (32, 3), (64, 3))),
    Size.medium: Recipe("basic", _NARROW),
    Size.large: Recipe("basic", _RESNET18),
}
FOR_LARGE_PICTURES = {
    Size.small: Recipe("basic", _NARROW),
    Size.medium: Recipe("basic", _RESNET18),
    Size.large: Recipe("bottleneck", ((64, 3), (128, 4), (256, 6), (512, 3))),
}
