"""A step's batch -> what the network sees and what it should say, on the device."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

from resnet_spec.backends.runtime import Batch
from resnet_spec.spec.data import Data
from resnet_spec.train.augment import augment
from resnet_spec.train.shrink import shrink

Tensor = Any


def prepare_batch(batch: Batch, data: Data, classes: int, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """Gather a training step's images, change them as was drawn, and make them as small as they are to be.

    Args:
        batch: `images` (batch, height, width, channels) uint8 and `labels` (batch,) int32; or all images and labels of
            the split, and `chosen` (batch,), places in them; and what was drawn for each item of `augment`:
            `0.mirrored`, `1.top` ...
        data: its `augment`.
        classes: how many there are.
        size: height and width of the images in this epoch.

    Returns:
        Images (batch, *size, channels) from 0 to 255, and targets (batch, classes) that sum to 1.
    """
    images, labels = batch["images"], batch["labels"]
    if "chosen" in batch:
        images, labels = (ops.take(tensor, batch["chosen"], axis=0) for tensor in (images, labels))
    images = ops.cast(images, "float32")
    targets = ops.one_hot(labels, classes, dtype="float32")
    images, targets = augment(images, targets, data, batch)
    return shrink(images, size), targets


def normalize_on_device(images: Tensor, data: Data, scale: NDArray[np.float32], offset: NDArray[np.float32]) -> Tensor:
    """Give what `data.normalize.normalize` gives, of float images on the device."""
    ordered = images[..., ::-1] if data.normalize.channel_order == "bgr" else images
    return ordered * scale + offset
