"""Images of a batch -> smaller ones, on the device, as `data.resize: stretch` makes them."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from keras import ops
from numpy.typing import NDArray

Tensor = Any


def shrink(images: Tensor, size: tuple[int, int]) -> Tensor:
    """Resize images: bilinear, averaging where it shrinks.

    What Pillow does along an axis is a product with a matrix, and so the same on every framework up to its rounding.

    Args:
        images: (batch, height, width, channels), float32.
        size: height and width of the result; images of this size are returned as they are.
    """
    for axis, formula in ((1, "ab,nbwc->nawc"), (2, "ab,nhbc->nhac")):
        before, after = images.shape[axis], size[axis - 1]
        if before != after:
            images = ops.einsum(formula, _weights(before, after), images)
    return images


@cache
def _weights(before: int, after: int) -> NDArray[np.float32]:
    """Give (after, before): the share of each old place in each new one."""
    from PIL import Image

    single = Image.fromarray(np.eye(before, dtype=np.float32))
    return np.asarray(single.resize((before, after), Image.Resampling.BILINEAR))
