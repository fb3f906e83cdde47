"""How many images of which shape -> room for their pixels, or a fault that says that there is none."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def empty_images(count: int, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    """Give zeros (count, *shape), where `shape` is height, width and channels.

    Raises:
        InputError: the pixels do not fit into memory.
    """
    try:
        return np.zeros((count, *shape), np.uint8)
    except (MemoryError, ValueError):
        message = f"{count:,} images of {shape[0]}x{shape[1]}x{shape[2]} do not fit into memory"
        help = "lower `data.resident_mib`, or use a smaller `model.input.shape`"
        raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=help)) from None
