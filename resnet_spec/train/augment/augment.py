"""The spec's list of augmentations, and a batch -> the batch after all of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import numpy as np

from resnet_spec.spec.augment import (
    Augmentation,
    ColorJitter,
    CutMix,
    Cutout,
    MixUp,
    RandAugment,
    RandomCrop,
    RandomFlip,
)
from resnet_spec.spec.data import Data, Normalize
from resnet_spec.train.augment.crop import crop
from resnet_spec.train.augment.cut_mix import cut_mix
from resnet_spec.train.augment.cut_out import cut_out
from resnet_spec.train.augment.flip import flip
from resnet_spec.train.augment.jitter import jitter
from resnet_spec.train.augment.mix_up import mix_up
from resnet_spec.train.augment.rand_augment import rand_augment

Tensor = Any
Drawn = Mapping[str, Tensor]


def augment(images: Tensor, targets: Tensor, data: Data, drawn: Drawn) -> tuple[Tensor, Tensor]:
    """Apply the items of `data.augment` in order.

    Args:
        images: (batch, height, width, channels), from 0 to 255.
        targets: (batch, classes), each of which sums to 1.
        data: its `augment` and `normalize`.
        drawn: what `draw_all` gave for the batch; other names are ignored.

    Returns:
        Images and targets of the same shapes.
    """
    for position, step in enumerate(data.augment):
        prefix = f"{position}."
        own = {name.removeprefix(prefix): value for name, value in drawn.items() if name.startswith(prefix)}
        images, targets = _apply(images, targets, step, own, data.normalize)
    return images, targets


def _apply(
    images: Tensor, targets: Tensor, step: Augmentation, drawn: Drawn, normalize: Normalize
) -> tuple[Tensor, Tensor]:
    match step:
        case RandomFlip():
            return flip(images, drawn["mirrored"]), targets
        case RandomCrop():
            return crop(images, step, drawn["top"], drawn["left"]), targets
        case ColorJitter():
            return jitter(images, drawn["order"], drawn["factor"]), targets
        case RandAugment():
            return rand_augment(images, step, drawn, _filling(step.fill, normalize, images.shape[-1])), targets
        case Cutout():
            fill = _filling(step.fill, normalize, images.shape[-1])
            return cut_out(images, fill, drawn["y"], drawn["x"], drawn["size"]), targets
        case MixUp():
            return mix_up(images, targets, drawn["partner"], drawn["share"])
        case CutMix():
            return cut_mix(images, targets, drawn["partner"], drawn["side"], drawn["y"], drawn["x"])
    assert_never(step)


def _filling(fill: str, normalize: Normalize, channels: int) -> np.ndarray:
    """Give (channels,) what is put where nothing of the image is, in the order of the image's channels."""
    if fill == "zeros":
        return np.zeros(channels, np.float32)
    mean = np.broadcast_to(np.float32(255) * np.asarray(normalize.mean, np.float32), (channels,))
    return mean[::-1] if normalize.channel_order == "bgr" else mean
