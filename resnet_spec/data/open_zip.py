"""A zip file -> its files, read in memory; nothing is written to disk."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from resnet_spec.data.archive_entries import archive_entries
from resnet_spec.data.image_store import MAX_FILE_BYTES, Entry, Reader
from resnet_spec.data.member_parts import member_parts
from resnet_spec.diagnostic import Code, Diagnostic, InputError

ENCRYPTED = 0x1

_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    struct.error,
    zlib.error,
    lzma.LZMAError,
)


@dataclass(frozen=True, slots=True)
class _Zip:
    path: Path
    entries: tuple[Entry, ...]

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        with _opened(self.path) as archive:
            for info in archive.infolist():
                name = "/".join(member_parts(str(self.path), info.filename, info.file_size))
                if name in names and not info.is_dir():
                    yield name, _content(archive, info)

    def reader(self) -> Reader:
        # Kept open for as long as the reader is there; threads may share it, for each member has a position of its own.
        with _damage(self.path):
            archive = zipfile.ZipFile(self.path)
        members = {
            "/".join(member_parts(str(self.path), info.filename, info.file_size)): info for info in archive.infolist()
        }

        def content(name: str) -> bytes:
            with _damage(self.path):
                return _content(archive, members[name])

        return content


def open_zip(path: Path) -> _Zip:
    """List a zip file's members.

    Raises:
        InputError: it is damaged, or holds links, devices, encrypted members, or names and sizes that are refused.
    """
    with _opened(path) as archive:
        return _Zip(path, archive_entries(path, (_member(path, info) for info in archive.infolist())))


def _member(path: Path, info: zipfile.ZipInfo) -> tuple[str, bool, int]:
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(path, f"its member {info.filename!r} is a link or a device")
    if info.flag_bits & ENCRYPTED:
        raise _refused(path, f"its member {info.filename!r} is encrypted")
    return info.filename, info.is_dir(), info.file_size


def _content(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> bytes:
    with archive.open(member) as handle:
        return handle.read(MAX_FILE_BYTES + 1)


@contextmanager
def _opened(path: Path) -> Iterator[zipfile.ZipFile]:
    with _damage(path), zipfile.ZipFile(path) as archive:
        yield archive


@contextmanager
def _damage(path: Path) -> Iterator[None]:
    try:
        yield
    except _DAMAGE as error:
        raise _refused(path, f"it is damaged or no zip file ({error})") from None


def _refused(path: Path, reason: str) -> InputError:
    hint = "make the archive again, of plain files"
    return InputError(Diagnostic(Code.DATA_ARCHIVE, f"`{path}` is refused: {reason}", help=hint))
