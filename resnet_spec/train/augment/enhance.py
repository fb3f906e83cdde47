"""Brightness, contrast and saturation: how far an image is from something plainer."""

from __future__ import annotations

from typing import Any

from keras import ops

from resnet_spec.data.draw.operation import Operation

Tensor = Any

_LUMA = (0.299, 0.587, 0.114)
"""What red, green and blue add to a grey (ITU-R BT.601), as in Pillow and torchvision."""


def enhance(images: Tensor, operation: Tensor, factor: Tensor) -> Tensor:
    """Multiply each image's distance from its black, its mean grey or its grey, as Pillow's `ImageEnhance` does.

    Args:
        images: (batch, height, width, channels); of other channels than three, their mean is the grey.
        operation: (batch,), BRIGHTNESS, CONTRAST or COLOR of `Operation`.
        factor: (batch,); 1 leaves the image as it is, whatever the operation.
    """
    kind, grey = operation[:, None, None, None], _grey(images)
    mean = ops.mean(grey, axis=(1, 2), keepdims=True)
    plain = ops.where(kind == Operation.COLOR, grey, ops.where(kind == Operation.CONTRAST, mean, ops.zeros_like(mean)))
    return away_from(plain, images, factor)


def away_from(plain: Tensor, images: Tensor, factor: Tensor) -> Tensor:
    """Multiply distances from `plain` by each image's factor, and stay between black and white; 1 changes no bit."""
    return ops.clip(images + (factor[:, None, None, None] - 1) * (images - plain), 0, 255)


def _grey(images: Tensor) -> Tensor:
    if images.shape[-1] != len(_LUMA):
        return ops.mean(images, axis=-1, keepdims=True)
    red, green, blue = (images[..., place : place + 1] for place in range(3))
    return _LUMA[0] * red + _LUMA[1] * green + _LUMA[2] * blue
