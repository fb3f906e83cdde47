"""Moves pixels: each image by an affine map of its own, reckoned in whole numbers."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from keras import ops

from resnet_spec.train.augment.box import share_of

Tensor = Any

_PIXEL = 16
"""Places are in 65536ths of a pixel: a matrix in 32768ths, times twice a coordinate, odd in the middle of a pixel."""


class Source(NamedTuple):
    """Where each pixel's value comes from, (batch, height, width), int32, in 65536ths of a pixel from the corner."""

    x: Tensor
    y: Tensor


def warp(
    images: Tensor, matrix: Tensor, centred: Tensor, shift: Tensor, interpolation: str, fill: np.ndarray
) -> Tensor:
    """Look every pixel's value up where the map says, as Pillow's `Image.transform` does.

    Args:
        images: (batch, height, width, channels).
        matrix: (batch, 2, 2), int32, see `draw_operations`.
        centred: (batch,), int32, likewise.
        shift: (batch, 2), int32, likewise.
        interpolation: `nearest` or `bilinear`.
        fill: (channels,), what is put where the map leads out of the image.

    Returns:
        A batch of the same shape; an image that the map leaves in its place is not changed in any bit.
    """
    _, height, width, _ = images.shape
    source = _sources(height, width, matrix, centred, shift)
    inside = _within(source.x, width) & _within(source.y, height)
    found = _nearest(images, source) if interpolation == "nearest" else _bilinear(images, source)
    return ops.where(inside[..., None], found, fill)


def _sources(height: int, width: int, matrix: Tensor, centred: Tensor, shift: Tensor) -> Source:
    middle = centred[:, None, None]
    x = (2 * ops.arange(width, dtype="int32") + 1)[None, None, :] - width * middle
    y = (2 * ops.arange(height, dtype="int32") + 1)[None, :, None] - height * middle

    def along(row: int, size: int) -> Tensor:
        there = matrix[:, row, 0, None, None] * x + matrix[:, row, 1, None, None] * y
        moved = ops.left_shift(share_of(size, shift[:, row]), _PIXEL)[:, None, None]
        return there + moved + (size << (_PIXEL - 1)) * middle

    return Source(along(0, width), along(1, height))


def _nearest(images: Tensor, source: Source) -> Tensor:
    return _look_up(images, ops.right_shift(source.y, _PIXEL), ops.right_shift(source.x, _PIXEL))


def _bilinear(images: Tensor, source: Source) -> Tensor:
    (left, right_part), (top, lower_part) = _between(source.x), _between(source.y)
    upper = _mean(_look_up(images, top, left), _look_up(images, top, left + 1), right_part)
    lower = _mean(_look_up(images, top + 1, left), _look_up(images, top + 1, left + 1), right_part)
    return _mean(upper, lower, lower_part)


def _between(places: Tensor) -> tuple[Tensor, Tensor]:
    """Give the last pixel whose middle is not behind each place, and how far it is to the next one's, below 1."""
    from_middle = places - (1 << (_PIXEL - 1))
    part = ops.bitwise_and(from_middle, (1 << _PIXEL) - 1)
    return ops.right_shift(from_middle, _PIXEL), ops.cast(part, "float32")[..., None] / (1 << _PIXEL)


def _mean(first: Tensor, second: Tensor, part: Tensor) -> Tensor:
    return first + part * (second - first)


def _look_up(images: Tensor, rows: Tensor, columns: Tensor) -> Tensor:
    """Give the pixels at places, and those at the edge for places beyond it."""
    batch, height, width, channels = images.shape
    start = ops.arange(batch, dtype="int32")[:, None, None] * (height * width)
    places = start + ops.clip(rows, 0, height - 1) * width + ops.clip(columns, 0, width - 1)
    return ops.take(ops.reshape(images, (batch * height * width, channels)), places, axis=0)


def _within(places: Tensor, size: int) -> Tensor:
    return ops.logical_and(places >= 0, places < size << _PIXEL)
