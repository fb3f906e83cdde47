"""Covers a box of each image with another image's (Yun 2019, arXiv 1905.04899)."""

from __future__ import annotations

from typing import Any

from keras import ops

from resnet_spec.train.augment.box import box, share_of
from resnet_spec.train.augment.mix_up import mix

Tensor = Any


def cut_mix(
    images: Tensor, targets: Tensor, partner: Tensor, side: Tensor, y: Tensor, x: Tensor
) -> tuple[Tensor, Tensor]:
    """Put boxes of the partners over the images, and mix the targets by the area that is covered.

    Args:
        images: (batch, height, width, channels).
        targets: (batch, classes).
        partner: (batch,), places in the batch.
        side: (batch,), the box's sides in 65536ths of the image's.
        y: (batch,), the middle's height, likewise.
        x: likewise.
    """
    _, height, width, _ = images.shape
    covered = box(images.shape, y, x, share_of(height, side), share_of(width, side))
    own = ops.cast(height * width - covered.area, "float32") / (height * width)
    return ops.where(covered.inside, ops.take(images, partner, axis=0), images), mix(targets, partner, own[:, None])
