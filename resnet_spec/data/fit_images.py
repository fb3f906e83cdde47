"""Pictures in one array -> images of the input's shape, in memory or fitted whenever they are wanted."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import WrongSize
from resnet_spec.data.digest_images import DIGEST_BYTES, digest_image
from resnet_spec.data.empty_images import empty_images
from resnet_spec.data.fit_image import MODES, Resize, fit_image
from resnet_spec.data.images import Images, Read, StreamedImages
from resnet_spec.data.read_ahead import workers
from resnet_spec.diagnostic import Code, Diagnostic, InputError

Shape = tuple[int, int, int]


def fit_images(images: Images, *, shape: Shape, resize: Resize, streamed: bool = False) -> Images:
    """Convert and resize every image as `fit_image` does; images that already fit are returned as they are.

    Args:
        images: (images, height, width, channels).
        shape: height, width and channels of the input.
        resize: `data.resize`.
        streamed: whether to keep the results' digests only, and to fit an image again whenever it is wanted.

    Returns:
        (images, *shape).

    Raises:
        InputError: the channels cannot be converted, the size differs and `resize` is `none`, or the pixels do not fit
            into memory.
    """
    if images.shape[1:] == shape:
        return images
    found, wanted = images.shape[3], shape[2]
    if not {found, wanted} <= MODES.keys():
        message = f"the images are {_shown(images.shape[1:])}; the model's input is {_shown(shape)}"
        hint = "only grey (1 channel) and RGB (3) are converted and resized; change `model.input.shape` or the images"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help=hint))

    def fitted(place: int) -> NDArray[np.uint8]:
        return _fitted(images[place], shape, resize)

    try:
        return _stream(fitted, len(images), shape) if streamed else _keep(fitted, len(images), shape)
    except WrongSize as error:
        message = f"every image {error.reason.partition(':')[0]}"
        hint = "set `data.resize` to `stretch` or `crop`, or change `model.input.shape`"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help=hint)) from None


def _shown(shape: tuple[int, ...]) -> str:
    return "x".join(str(size) for size in shape)


def _keep(fitted: Read, count: int, shape: Shape) -> Images:
    kept = empty_images(count, shape)
    for place in range(count):
        kept[place] = fitted(place)
    return kept


def _stream(fitted: Read, count: int, shape: Shape) -> Images:
    with ThreadPoolExecutor(workers()) as pool:
        digests = b"".join(pool.map(lambda place: digest_image(fitted(place)), range(count)))
    return StreamedImages(
        fitted, np.arange(count), np.frombuffer(digests, np.uint8).reshape(count, DIGEST_BYTES), shape
    )


def _fitted(image: NDArray[np.uint8], shape: Shape, resize: Resize) -> NDArray[np.uint8]:
    from PIL import Image

    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    return fit_image(picture, shape=shape, resize=resize)
