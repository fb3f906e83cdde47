"""Pictures in one array -> an array of the input's shape."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import WrongSize
from resnet_spec.data.fit_image import MODES, Resize, fit_image
from resnet_spec.data.images import Images
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def fit_images(images: Images, *, shape: tuple[int, int, int], resize: Resize) -> Images:
    """Convert and resize every image as `fit_image` does; images that already fit are returned as they are.

    Args:
        images: (images, height, width, channels).
        shape: height, width and channels of the input.
        resize: `data.resize`.

    Returns:
        (images, *shape).

    Raises:
        InputError: the channels cannot be converted, or the size differs and `resize` is `none`.
    """
    if images.shape[1:] == shape:
        return images
    found, wanted = images.shape[3], shape[2]
    if not {found, wanted} <= MODES.keys():
        message = f"the images are {_shown(images.shape[1:])}; the model's input is {_shown(shape)}"
        hint = "only grey (1 channel) and RGB (3) are converted and resized; change `model.input.shape` or the images"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help=hint))
    fitted = np.empty((len(images), *shape), np.uint8)
    try:
        for index in range(len(images)):
            fitted[index] = _fitted(images[index], shape, resize)
    except WrongSize as error:
        message = f"every image {error.reason.partition(':')[0]}"
        hint = "set `data.resize` to `stretch` or `crop`, or change `model.input.shape`"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help=hint)) from None
    return fitted


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(str(size) for size in shape)


def _fitted(image: NDArray[np.uint8], shape: tuple[int, int, int], resize: Resize) -> NDArray[np.uint8]:
    from PIL import Image

    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    return fit_image(picture, shape=shape, resize=resize)
