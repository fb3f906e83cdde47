"""A decoded picture -> pixels of the input's shape."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import BadImage, WrongSize

if TYPE_CHECKING:
    from PIL.Image import Image

Resize = Literal["none", "stretch", "crop"]
MODES = {1: "L", 3: "RGB"}


def fit_image(image: Image, *, shape: tuple[int, int, int], resize: Resize) -> NDArray[np.uint8]:
    """Convert the channels, then resize (bilinear, averaging where it shrinks).

    Transparent pixels are laid over black; grey becomes RGB by repetition, RGB grey by ITU-R 601; 16-bit grey is scaled
    to 8 bits.

    Args:
        image: any picture that Pillow has opened.
        shape: height, width and channels (1 or 3) of the input.
        resize: `data.resize`.

    Returns:
        (height, width, channels).

    Raises:
        WrongSize: the size differs, and `resize` is `none`.
        BadImage: its pixels have no known range.
    """
    height, width, channels = shape
    plain = _opaque(image).convert(MODES[channels])
    if plain.size != (width, height):
        plain = _resized(plain, width, height, resize)
    return np.asarray(plain, np.uint8).reshape(shape)


def _opaque(image: Image) -> Image:
    from PIL import Image as pillow  # noqa: N813

    if image.mode.startswith("I;16"):
        return pillow.fromarray(((np.asarray(image).astype(np.uint32) + 128) // 257).astype(np.uint8))
    if image.mode in ("I", "F"):
        raise BadImage("its pixels are 32-bit numbers, of no known range; save it with 8 or 16 bits a channel")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        return pillow.alpha_composite(pillow.new("RGBA", layer.size, (0, 0, 0, 255)), layer)
    return image


def _resized(image: Image, width: int, height: int, resize: Resize) -> Image:
    from PIL.Image import Resampling

    if resize == "none":
        sizes = f"is {image.height}x{image.width} (height x width); the input is {height}x{width}"
        raise WrongSize(f"{sizes}: set `data.resize` to `stretch` or `crop`")
    box = (0.0, 0.0, float(image.width), float(image.height))
    if resize == "crop":
        # The part of the picture that survives; cutting before scaling gives the same pixels without rounding a size.
        shrink = min(image.width / width, image.height / height)
        left, top = (image.width - width * shrink) / 2, (image.height - height * shrink) / 2
        box = (max(left, 0.0), max(top, 0.0), min(left + width * shrink, box[2]), min(top + height * shrink, box[3]))
    return image.resize((width, height), Resampling.BILINEAR, box=box)
