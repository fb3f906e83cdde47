"""Training images and the numbers drawn for them -> changed images, a whole batch at a time, on the device.

Written in `keras.ops`, to run inside the compiled step. Nothing here is random: see `data.draw`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

from keras import ops

from resnet_spec.spec.data import Augmentation, RandomCrop, RandomFlip

Tensor = Any


def augment(images: Tensor, step: Augmentation, drawn: Mapping[str, Tensor]) -> Tensor:
    """Apply one augmentation.

    Args:
        images: (batch, height, width, channels), from 0 to 255.
        step: one item of the spec's `data.augment`.
        drawn: what `draw` gave for the batch.

    Returns:
        A batch of the same shape.
    """
    match step:
        case RandomFlip():
            return ops.where(drawn["mirrored"][:, None, None, None], ops.flip(images, axis=2), images)
        case RandomCrop():
            return _crop(images, step, drawn["top"], drawn["left"])
    assert_never(step)


def _crop(images: Tensor, step: RandomCrop, top: Tensor, left: Tensor) -> Tensor:
    """Read every pixel from where the window has it; nothing is padded."""
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
