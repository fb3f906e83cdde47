"""Nouns: files under one root, in a folder or an archive, listed before any is read."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import Protocol

ZIP_SUFFIXES = (".zip",)
TAR_SUFFIXES = (".tar", ".tar.gz", ".tgz", ".tar.xz", ".txz", ".tar.bz2", ".tbz2")
ARCHIVE_SUFFIXES = ZIP_SUFFIXES + TAR_SUFFIXES

Reader = Callable[[str], bytes]

MAX_FILE_BYTES = 64 << 20
MAX_TOTAL_BYTES = 64 << 30
"""What an archive may unpack to; a larger one may unpack to four times its own size."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A regular file or a folder under the root."""

    parts: tuple[str, ...]
    """Its path, without `.` and `..`."""
    folder: bool
    size: int
    """Bytes of content that it declares; 0 for a folder."""

    @property
    def name(self) -> str:
        """The path in one piece, with `/`."""
        return "/".join(self.parts)


class ImageStore(Protocol):
    """What `load_image_folder` needs of a folder, a zip and a tar alike."""

    @property
    def entries(self) -> tuple[Entry, ...]:
        """Everything under the root, sorted by path."""

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        """Give name and content of each file named, in the order that is cheapest to read."""

    def reader(self) -> Reader:
        """Give what reads one file by its name, in any order and from several threads.

        Raises:
            InputError: the files can only be read one after the other.
        """
