"""Nouns: the pixels of a split, in memory or read from their files whenever they are wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Read = Callable[[int], NDArray[np.uint8]]


class Images(Protocol):
    """What an array of shape (images, height, width, channels) can do, and `StreamedImages` as well."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Images, height, width and channels; RGB where there are three channels."""

    def __len__(self) -> int: ...

    def __getitem__(self, which: Any, /) -> Any:
        """Give the pixels of a slice or of indices, as an array."""


@dataclass(frozen=True, slots=True, eq=False)
class StreamedImages:
    """Images that were looked at once, and are decoded again each time that they are wanted."""

    read: Read
    """Gives the pixels of the image at a place of its source; in any order, from several threads."""
    places: NDArray[np.int64]
    """(images,); where each image is in its source."""
    digests: NDArray[np.uint8]
    """(images, 32); the SHA-256 of each image's pixels."""
    image_shape: tuple[int, int, int]
    """Height, width and channels."""

    @property
    def shape(self) -> tuple[int, ...]:
        """Images, height, width and channels."""
        return (len(self.places), *self.image_shape)

    def __len__(self) -> int:
        return len(self.places)

    def __getitem__(self, which: slice | NDArray[Any]) -> NDArray[np.uint8]:
        """Read a slice or indices, one image after the other; many are faster through `read_ahead`."""
        places = self.places[which]
        pixels = np.empty((len(places), *self.image_shape), np.uint8)
        for slot, place in enumerate(places):
            pixels[slot] = self.read(int(place))
        return pixels

    def take(self, which: slice | NDArray[np.int64]) -> StreamedImages:
        """Give the images of a slice or at indices, in that order; nothing is read."""
        return StreamedImages(self.read, self.places[which], self.digests[which], self.image_shape)


def take_images(images: Images, which: slice | NDArray[np.int64]) -> Images:
    """Give the images of a slice or at indices, in that order; what is streamed stays so."""
    if isinstance(images, StreamedImages):
        return images.take(which)
    taken: NDArray[np.uint8] = images[which]
    return taken
