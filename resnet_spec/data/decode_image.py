"""Bytes of a picture file -> pixels of the input's shape; the same code for training and for `predict`.

Enters: the content of one file. Leaves: an array. What to do about a bad file is the caller's affair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import BadImage
from resnet_spec.data.fit_image import Resize, fit_image
from resnet_spec.data.open_image import open_image


def decode_image(content: bytes, *, shape: tuple[int, int, int], resize: Resize) -> NDArray[np.uint8]:
    """Decode a whole JPEG, PNG, BMP, GIF, WebP or TIFF file (its first picture), turned as its EXIF data says.

    Args:
        content: the file's bytes; its name is not looked at.
        shape: height, width and channels (1 or 3) of the input.
        resize: `data.resize`.

    Returns:
        (height, width, channels), RGB where there are three.

    Raises:
        BadImage: not such a file, damaged, over 64 megapixels, or of a size that `resize` refuses.
    """
    image = open_image(content)
    try:
        return fit_image(image, shape=shape, resize=resize)
    except BadImage:
        raise
    except (OSError, ValueError) as error:
        raise BadImage(f"cannot be converted: {error}") from None
