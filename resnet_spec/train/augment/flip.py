"""Mirrors images, left to right."""

from __future__ import annotations

from typing import Any

from keras import ops

Tensor = Any


def flip(images: Tensor, mirrored: Tensor) -> Tensor:
    """Mirror the images that (batch,) `mirrored` says."""
    return ops.where(mirrored[:, None, None, None], ops.flip(images, axis=2), images)
