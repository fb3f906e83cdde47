"""Cuts windows out of padded images."""

from __future__ import annotations

from typing import Any

from keras import ops

from resnet_spec.spec.augment import RandomCrop

Tensor = Any


def crop(images: Tensor, step: RandomCrop, top: Tensor, left: Tensor) -> Tensor:
    """Read every pixel from where the window has it; nothing is padded.

    Args:
        images: (batch, height, width, channels).
        step: `padding` and `fill`.
        top: (batch,), the window's first row, counted from the padding's.
        left: (batch,), its first column.
    """
    batch, height, width, channels = images.shape
    rows = top[:, None] + (ops.arange(height, dtype="int32") - step.padding)[None]
    columns = left[:, None] + (ops.arange(width, dtype="int32") - step.padding)[None]
    inside = (_within(rows, height)[:, :, None] & _within(columns, width)[:, None, :])[..., None]
    start = ops.arange(batch, dtype="int32")[:, None, None] * (height * width)
    places = start + _mirrored(rows, height)[:, :, None] * width + _mirrored(columns, width)[:, None, :]
    cut = ops.take(ops.reshape(images, (batch * height * width, channels)), places, axis=0)
    return cut if step.fill == "reflect" else ops.where(inside, cut, ops.zeros_like(cut))


def _within(places: Tensor, size: int) -> Tensor:
    return ops.logical_and(places >= 0, places < size)


def _mirrored(places: Tensor, size: int) -> Tensor:
    """Fold places outside of an edge back inside, without repeating the edge; places inside stay."""
    period = max(1, 2 * (size - 1))
    folded = ops.mod(places, period)
    return ops.minimum(folded, period - folded) if size > 1 else ops.zeros_like(places)
