"""Nouns: images with labels, as a source gave them and as training takes them.

Enters: arrays, and images that stand for arrays. Leaves: the same, under names. No reading, no checks here.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images, take_images
from resnet_spec.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Images that are used together; entry `i` of the three fields is one image."""

    images: Images
    """(images, height, width, channels); uint8, RGB where there are three channels."""
    labels: NDArray[np.int64]
    """(images,); positions in `Dataset.class_names`."""
    names: tuple[str, ...]
    """Where each image comes from: a relative path, or a place in an array such as `train[12]`."""

    def __len__(self) -> int:
        return len(self.names)

    def take(self, which: NDArray[np.int64] | NDArray[np.bool_]) -> Split:
        """Give the images at the indices, or where the mask is true, in that order."""
        indices = np.flatnonzero(which) if which.dtype == np.bool_ else which.astype(np.int64)
        return Split(take_images(self.images, indices), self.labels[indices], tuple(self.names[i] for i in indices))


@dataclass(frozen=True, slots=True, eq=False)
class Loaded:
    """What a source holds, before anything is held out, limited or checked."""

    class_names: tuple[str, ...]
    train: Split | None
    """None where only the test images were asked for, and are not among these."""
    test: Split | None
    validation: Split | None = None
    validation_name: str = "val"
    """What the source calls its own validation split."""
    skipped: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()
    """Those of `skipped` that should have been images, and cannot be used."""
    problems: tuple[Diagnostic, ...] = ()
    """Faults that leave enough to look for more of them."""
    empty_classes: frozenset[str] = frozenset()
    """Those of `class_names` that are faults of the layout: they may get images, or go."""


@dataclass(frozen=True, slots=True, eq=False)
class TestImages:
    """Checked images to score a network on, where nothing is trained."""

    __test__ = False
    class_names: tuple[str, ...]
    test: Split
    split_name: str
    """What the source calls them: `test`, or its own name of a validation split where it has no other."""
    skipped: tuple[str, ...]
    """As in `Dataset`."""
    source: str
    """As in `Dataset`."""


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """Checked images, ready for training."""

    class_names: tuple[str, ...]
    train: Split
    validation: Split
    test: Split
    validation_origin: str
    """What the validation split is, in words."""
    skipped: tuple[str, ...]
    """One line a file or folder that was left out: `file: reason`."""
    broken: tuple[str, ...]
    """Those of them that should have been images, and cannot be used."""
    source: str
    """The source, as a person reads it."""
    fingerprint: str
    """SHA-256, in hexadecimal, of the class names and of the labels and images of every split."""
