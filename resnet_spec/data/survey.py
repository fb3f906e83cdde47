"""Nouns: what a look at a source tells about it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Survey:
    """What a network for the images has to know; nothing is checked, image by image."""

    classes: int
    shape: tuple[int, int, int]
    """Height, width and channels (1 or 3) of the training images that were looked at; their median, if sizes differ."""
    train_images: int
    """As the source has them, before anything is held out."""
    has_test: bool
    """Whether it has a test split of its own."""
    has_validation: bool
    alike: bool = True
    """Whether all that were looked at have that height and width."""
