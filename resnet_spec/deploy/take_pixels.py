"""Images as data sets have them -> the array that a shipped network takes.

Enters: pixels from 0 to 255, channels last. Leaves: the same in the network's type and order.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.form import Form
from resnet_spec.deploy.onnx_refused import OnnxRefused


def take_pixels(images: NDArray[Any], form: Form) -> NDArray[Any]:
    """Convert a batch, (images, height, width, channels).

    Raises:
        OnnxRefused: the network takes whole numbers, and these are none.
    """
    pixels = images.astype(form.dtype, copy=False)
    if form.dtype == "uint8" and images.dtype != np.uint8 and (pixels != images).any():
        raise OnnxRefused("takes whole numbers from 0 to 255")
    return pixels if form.data_format == "channels_last" else np.ascontiguousarray(pixels.transpose(0, 3, 1, 2))
