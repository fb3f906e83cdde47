"""Applies operations of RandAugment, another one to each image (Cubuk 2020, arXiv 1909.13719).

To an image, the maps, factors and tables of other operations than its own change nothing; so a whole batch goes the
same way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from resnet_spec.data.draw.operation import Operation
from resnet_spec.spec.augment import RandAugment
from resnet_spec.train.augment.enhance import enhance
from resnet_spec.train.augment.remap import remap
from resnet_spec.train.augment.sharpen import sharpen
from resnet_spec.train.augment.warp import warp

Tensor = Any


def rand_augment(images: Tensor, step: RandAugment, drawn: Mapping[str, Tensor], fill: np.ndarray) -> Tensor:
    """Apply `num_ops` operations one after the other; `drawn` is what `draw_operations` gives."""
    for turn in range(step.num_ops):
        own = {name: value[:, turn] for name, value in drawn.items()}
        operation, amount = own["operation"], own["amount"]
        images = warp(images, own["matrix"], own["centred"], own["shift"], step.interpolation, fill)
        enhances = ops.logical_and(operation >= Operation.BRIGHTNESS, operation <= Operation.COLOR)
        images = enhance(images, operation, ops.where(enhances, amount, 1))
        images = sharpen(images, ops.where(operation == Operation.SHARPNESS, amount, 1))
        images = remap(images, operation, amount)
    return images
