"""Gives every value of an image another one, by a table for each image and channel (Pillow's `ImageOps`)."""

from __future__ import annotations

from typing import Any

from keras import ops

from resnet_spec.data.draw.operation import Operation

Tensor = Any

_LEVELS = 256
_HALF = 0.5 + 2**-10
"""What is added before the fraction is cut off: a value in the middle goes up, whatever a framework's last bit is."""


def remap(images: Tensor, operation: Tensor, amount: Tensor) -> Tensor:
    """Posterize, solarize, stretch the contrast of, or equalize those images whose operation it is.

    Args:
        images: (batch, height, width, channels), from 0 to 255; rounded where a table is used.
        operation: (batch,), see `Operation`.
        amount: (batch,), see `draw_operations`.

    Returns:
        A batch of the same shape; images of other operations are not changed.
    """
    levels = ops.cast(ops.floor(ops.clip(images, 0, _LEVELS - 1) + _HALF), "int32")
    ramp = ops.arange(_LEVELS, dtype="float32")[None, None]
    kind, size = operation[:, None, None], amount[:, None, None]
    tables = ramp + ops.zeros((*images.shape[::3], 1))
    tables = ops.where(kind == Operation.POSTERIZE, ramp - ops.mod(ramp, ops.maximum(size, 1)), tables)
    tables = ops.where(kind == Operation.SOLARIZE, ops.where(ramp < size, ramp, _LEVELS - 1 - ramp), tables)
    tables = ops.where(kind == Operation.AUTO_CONTRAST, _stretched(levels, ramp), tables)
    tables = _equalized(levels, operation == Operation.EQUALIZE, tables)
    found = ops.take(ops.reshape(tables, (-1,)), levels + _places(images.shape), axis=0)
    return ops.where((kind >= Operation.POSTERIZE)[..., None], found, images)


def _places(shape: tuple[int, ...]) -> Tensor:
    """Give the place of each image's and channel's table, (batch, 1, 1, channels)."""
    batch, _, _, channels = shape
    return ops.reshape(ops.arange(batch * channels, dtype="int32") * _LEVELS, (batch, 1, 1, channels))


def _stretched(levels: Tensor, ramp: Tensor) -> Tensor:
    """Give (batch, channels, 256) tables that make the darkest value black and the lightest white."""
    least, most = (ops.cast(edge(levels, axis=(1, 2)), "float32")[..., None] for edge in (ops.min, ops.max))
    stretched = ops.clip((ramp - least) * (255 / ops.maximum(most - least, 1)), 0, _LEVELS - 1)
    return ops.where(most > least, stretched, ramp)


def _equalized(levels: Tensor, which: Tensor, tables: Tensor) -> Tensor:
    """Put the tables of some images in their places, one after the other: counting values is slow, and few need it."""
    first = ops.argsort(ops.where(which, 0, 1))

    def put(turn: Tensor, tables: Tensor) -> Tensor:
        place = ops.take(first, turn, axis=0)
        table = _equalizing(ops.take(levels, place, axis=0))
        return ops.scatter_update(tables, ops.reshape(place, (1, 1)), table[None])

    return ops.fori_loop(0, ops.sum(ops.cast(which, "int32")), put, tables)


def _equalizing(levels: Tensor) -> Tensor:
    """Give the (channels, 256) tables of an image, that make all values about as frequent."""
    height, width, channels = levels.shape
    places = ops.reshape(levels + ops.arange(channels, dtype="int32") * _LEVELS, (-1,))
    counts = ops.segment_sum(ops.ones_like(places), places, num_segments=channels * _LEVELS)
    counts = ops.reshape(counts, (channels, _LEVELS))
    lightest = ops.take_along_axis(counts, ops.max(levels, axis=(0, 1))[:, None], axis=1)
    step = ops.floor_divide(height * width - lightest, _LEVELS - 1)
    darker = ops.cumsum(counts, axis=1) - counts
    table = ops.floor_divide(ops.floor_divide(step, 2) + darker, ops.maximum(step, 1))
    ramp = ops.arange(_LEVELS, dtype="int32")[None]
    return ops.cast(ops.where(step > 0, ops.minimum(table, _LEVELS - 1), ramp), "float32")
