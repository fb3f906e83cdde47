"""Splits -> images that are there more than once, pixel for pixel, at the input's shape."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resnet_spec.data.dataset import Split
from resnet_spec.data.digest_images import digest_images


@dataclass(frozen=True, slots=True)
class Place:
    """Where an image stands."""

    split: str
    name: str
    label: int


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Two places or more that hold the same pixels."""

    places: tuple[Place, ...]

    @property
    def splits(self) -> frozenset[str]:
        """Which splits hold the image: more than one, and a figure of the test is too good."""
        return frozenset(place.split for place in self.places)

    @property
    def contradicts(self) -> bool:
        """Whether the same pixels have several labels."""
        return len({place.label for place in self.places}) > 1


def find_duplicates(splits: Mapping[str, Split]) -> tuple[Duplicate, ...]:
    """Compare the digests of all images, of each split and between them; in the order of the first place."""
    digests = np.concatenate([digest_images(split.images) for split in splits.values()])
    rows = np.ascontiguousarray(digests).view(f"V{digests.shape[1]}").ravel()
    _, group, sizes = np.unique(rows, return_inverse=True, return_counts=True)
    places = [(name, split, index) for name, split in splits.items() for index in range(len(split))]
    found: dict[int, list[Place]] = {}
    for position in np.flatnonzero(sizes[group] > 1):
        name, split, index = places[position]
        found.setdefault(int(group[position]), []).append(Place(name, split.names[index], int(split.labels[index])))
    return tuple(Duplicate(tuple(group)) for group in found.values())
