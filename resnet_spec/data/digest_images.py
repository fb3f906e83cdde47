"""Images -> one digest each, whether their pixels are in memory or not."""

from __future__ import annotations

import hashlib

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images, StreamedImages

DIGEST_BYTES = 32


def digest_image(pixels: NDArray[np.uint8]) -> bytes:
    """Give the SHA-256 of an image's pixels (height, width, channels), row by row."""
    return hashlib.sha256(np.ascontiguousarray(pixels).reshape(-1).data).digest()


def digest_images(images: Images) -> NDArray[np.uint8]:
    """Give (images, 32); of images that are streamed it is known, and nothing is read."""
    if isinstance(images, StreamedImages):
        return images.digests
    digests = b"".join(digest_image(images[index]) for index in range(len(images)))
    return np.frombuffer(digests, np.uint8).reshape(len(images), DIGEST_BYTES)
