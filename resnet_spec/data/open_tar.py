"""A tar file, plain or compressed -> its files, read in memory; nothing is written to disk."""

from __future__ import annotations

import bz2
import gzip
import lzma
import struct
import tarfile
import threading
import zlib
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from resnet_spec.data.archive_entries import archive_entries
from resnet_spec.data.image_store import MAX_FILE_BYTES, Entry, Reader
from resnet_spec.data.member_parts import member_parts
from resnet_spec.diagnostic import Code, Diagnostic, InputError

_DAMAGE = (tarfile.TarError, OSError, EOFError, ValueError, struct.error, zlib.error, lzma.LZMAError)


@dataclass(frozen=True, slots=True)
class _Tar:
    path: Path
    entries: tuple[Entry, ...]

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        with _opened(self.path) as archive:
            for info in archive:
                name = "/".join(member_parts(str(self.path), info.name, info.size))
                handle = archive.extractfile(info) if name in names and info.isreg() else None
                if handle is not None:
                    yield name, handle.read(MAX_FILE_BYTES + 1)

    def reader(self) -> Reader:
        with _opened(self.path) as archive:
            if _opener(self.path) is not Path.open:
                raise _in_order(self.path)
            places = {
                "/".join(member_parts(str(self.path), info.name, info.size)): (info.offset_data, info.size)
                for info in archive
            }
        own = threading.local()

        def content(name: str) -> bytes:
            start, size = places[name]
            with _damage(self.path):
                if not hasattr(own, "handle"):
                    own.handle = self.path.open("rb")
                own.handle.seek(start)
                found: bytes = own.handle.read(size)
            return found

        return content


def open_tar(path: Path) -> _Tar:
    """List a tar file's members; each is judged before the next is sought.

    Raises:
        InputError: it is damaged, or holds links, devices, sparse files, or names and sizes that are refused.
    """
    with _opened(path) as archive:
        return _Tar(path, archive_entries(path, (_member(path, info) for info in archive)))


def _member(path: Path, info: tarfile.TarInfo) -> tuple[str, bool, int]:
    if not info.isdir() and (not info.isreg() or info.issparse()):
        raise _refused(path, f"its member {info.name!r} is a link, a device or a sparse file")
    try:
        info.name.encode()
    except UnicodeEncodeError:
        raise _refused(path, f"its member {info.name!r} has a name that is not UTF-8") from None
    return info.name, info.isdir(), 0 if info.isdir() else info.size


class _Bounded:
    """A stream that gives at most a file's limit at once: `tarfile` reads a long name of any declared size whole."""

    def __init__(self, stream: IO[bytes] | gzip.GzipFile | lzma.LZMAFile | bz2.BZ2File) -> None:
        self._stream = stream
        self.seek = stream.seek
        self.tell = stream.tell

    def read(self, count: int) -> bytes:
        if count > MAX_FILE_BYTES + tarfile.RECORDSIZE:
            raise tarfile.ReadError(f"a header declares {count:,} bytes")
        return self._stream.read(count)


@contextmanager
def _opened(path: Path) -> Iterator[tarfile.TarFile]:
    with (
        _damage(path),
        _opener(path)(path, "rb") as stream,
        tarfile.open(fileobj=_Bounded(stream), mode="r:") as archive,  # type: ignore[call-overload]
    ):
        yield archive


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise _refused(path, f"it is damaged or no tar file ({error})") from None


def _opener(path: Path) -> Callable[..., Any]:
    """Give what opens the file, by how it begins: itself, or a decompressor."""
    with path.open("rb") as file:
        start = file.read(6)
    if start.startswith(b"\x1f\x8b"):
        return gzip.open
    if start.startswith(b"\xfd7zXZ\x00"):
        return lzma.open
    return bz2.open if start.startswith(b"BZh") else Path.open


def _in_order(path: Path) -> InputError:
    message = f"the images of `{path}` do not fit into `data.resident_mib`, and can only be read one after the other"
    hint = "unpack it, or make of it a .zip or a .tar without compression; or raise `data.resident_mib`"
    return InputError(Diagnostic(Code.DATA_ARCHIVE, message, help=hint))


def _refused(path: Path, reason: str) -> InputError:
    hint = "make the archive again, of plain files"
    return InputError(Diagnostic(Code.DATA_ARCHIVE, f"`{path}` is refused: {reason}", help=hint))
