"""Hides a square of each image (DeVries 2017, arXiv 1708.04552)."""

from __future__ import annotations

from typing import Any

import numpy as np
from keras import ops

from resnet_spec.train.augment.box import box

Tensor = Any


def cut_out(images: Tensor, fill: np.ndarray, y: Tensor, x: Tensor, size: Tensor) -> Tensor:
    """Put (channels,) `fill` into squares: (batch,) `size` pixels wide, the middle at `y` and `x`, in 65536ths."""
    return ops.where(box(images.shape, y, x, size, size).inside, fill, images)
