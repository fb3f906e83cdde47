"""Boxes in images: their pixels, and their share of the image."""

from __future__ import annotations

from typing import Any, NamedTuple

from keras import ops

Tensor = Any


class Box(NamedTuple):
    """A box in each image; it may reach over edges."""

    inside: Tensor
    """(batch, height, width, 1), bool."""
    area: Tensor
    """(batch,), int32: pixels of the image that it covers."""


def box(shape: tuple[int, ...], y: Tensor, x: Tensor, height: Tensor, width: Tensor) -> Box:
    """Place boxes.

    Args:
        shape: of the images, (batch, height, width, channels).
        y: (batch,), the middle's height in 65536ths of the image's.
        x: likewise.
        height: (batch,), pixels.
        width: (batch,), pixels.
    """
    rows, columns = _side(shape[1], y, height), _side(shape[2], x, width)
    area = _count(rows) * _count(columns)
    return Box((rows[:, :, None] & columns[:, None, :])[..., None], area)


def _side(size: int, middle: Tensor, extent: Tensor) -> Tensor:
    """Say which of `size` rows a box has: (batch, size), bool."""
    start = share_of(size, middle) - ops.right_shift(extent, 1)
    places = ops.arange(size, dtype="int32")[None]
    return ops.logical_and(places >= start[:, None], places < (start + extent)[:, None])


def share_of(size: int, parts: Tensor) -> Tensor:
    """Give whole pixels: `parts` 65536ths of `size`, rounded down."""
    return ops.right_shift(parts * size, 16)


def _count(which: Tensor) -> Tensor:
    return ops.sum(ops.cast(which, "int32"), axis=1)
