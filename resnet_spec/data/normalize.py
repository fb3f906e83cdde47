"""Pixels -> numbers that the network sees, in training and in the exported file alike."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.spec.data import Normalize


def normalize(images: NDArray[np.uint8] | NDArray[np.float32], spec: Normalize) -> NDArray[np.float32]:
    """Give `(image / 255 - mean) / std`, with the channels in the spec's order.

    Args:
        images: (..., channels), RGB where there are three.
        spec: `data.normalize`.

    Returns:
        An array of the same shape.

    Raises:
        InputError: `mean`, `std` or `channel_order` do not fit the channels.
    """
    scale, offset = scale_and_offset(spec, images.shape[-1])
    ordered = images[..., ::-1] if spec.channel_order == "bgr" else images
    numbers = ordered.astype(np.float32)
    numbers *= scale
    numbers += offset
    return numbers
