"""Changes brightness, contrast and saturation one after the other (torchvision's `ColorJitter`)."""

from __future__ import annotations

from typing import Any

from resnet_spec.train.augment.enhance import enhance

Tensor = Any


def jitter(images: Tensor, order: Tensor, factor: Tensor) -> Tensor:
    """Apply the (batch, 3) enhancements `order`, each with its `factor`."""
    for turn in range(order.shape[1]):
        images = enhance(images, order[:, turn], factor[:, turn])
    return images
