"""Bytes of a picture file -> a Pillow image, wholly decoded; hostile bytes are refused in one way.

Enters: the content of one file. Leaves: an image, of any mode and size. Pixels of the input's shape are made elsewhere.
"""

from __future__ import annotations

import functools
import io
import struct
import warnings
import zlib
from typing import TYPE_CHECKING

from resnet_spec.data.bad_image import BadImage

if TYPE_CHECKING:
    from PIL.Image import Image

FORMATS = ("JPEG", "PNG", "BMP", "GIF", "WEBP", "TIFF")
MAX_PIXELS = 64_000_000
ORIENTATION = 0x0112

# What Pillow's decoders raise on hostile bytes, beside the UnidentifiedImageError that is an OSError.
_DAMAGE = (
    OSError,
    SyntaxError,
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    EOFError,
    ArithmeticError,
    MemoryError,
    RuntimeError,
    struct.error,
    zlib.error,
)


def open_image(content: bytes) -> Image:
    """Decode a whole JPEG, PNG, BMP, GIF, WebP or TIFF file (its first picture), turned as its EXIF data says.

    Args:
        content: the file's bytes; its name is not looked at.

    Raises:
        BadImage: not such a file, damaged, or over 64 megapixels.
    """
    from PIL import Image as pillow  # noqa: N813
    from PIL import ImageOps, UnidentifiedImageError

    _refuse_bombs()
    try:
        image = pillow.open(io.BytesIO(content), formats=FORMATS)
        if image.width * image.height > MAX_PIXELS:
            raise BadImage(f"has {image.width} x {image.height} pixels; {MAX_PIXELS // 10**6} megapixels is the limit")
        image.load()
        return ImageOps.exif_transpose(image) if image.getexif().get(ORIENTATION, 1) != 1 else image
    except (pillow.DecompressionBombError, pillow.DecompressionBombWarning):
        raise BadImage(f"has more pixels than the limit, {MAX_PIXELS // 10**6} megapixels") from None
    except BadImage:
        raise
    except UnidentifiedImageError:
        kinds = "JPEG, PNG, BMP, GIF, WebP or TIFF"
        raise BadImage("is empty" if not content else f"is not a readable {kinds} image") from None
    except _DAMAGE as error:
        raise BadImage(f"is damaged: {str(error).strip() or type(error).__name__}") from None


@functools.cache
def _refuse_bombs() -> None:
    # Once, for the process: `warnings.catch_warnings` around each image would not be safe among threads.
    from PIL.Image import DecompressionBombWarning

    warnings.simplefilter("error", DecompressionBombWarning)
