"""A folder -> its files, none of them outside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from resnet_spec.data.image_store import MAX_FILE_BYTES, Entry, Reader
from resnet_spec.diagnostic import Code, Diagnostic, InputError


@dataclass(frozen=True, slots=True)
class _Folder:
    root: Path
    entries: tuple[Entry, ...]

    def read(self, names: Collection[str]) -> Iterator[tuple[str, bytes]]:
        for name in sorted(names):
            yield name, self._content(name)

    def reader(self) -> Reader:
        return self._content

    def _content(self, name: str) -> bytes:
        try:
            with (self.root / name).open("rb") as handle:
                return handle.read(MAX_FILE_BYTES + 1)
        except OSError as error:
            message = f"cannot read `{self.root / name}`: {error.strerror}"
            raise InputError(Diagnostic(Code.DATA_IMAGE, message, help="make it readable, or delete it")) from None


def open_folder(path: Path) -> _Folder:
    """List everything under a folder; links are followed to files inside it only.

    Raises:
        InputError: with all of them: links that lead outside or to folders, devices, pipes, unreadable folders, names
            that are not UTF-8.
    """
    root = path.resolve()
    entries: list[Entry] = []
    problems: list[Diagnostic] = []

    def unreadable(error: OSError) -> None:
        problems.append(_refusal(Path(error.filename), f"cannot be read: {error.strerror}"))

    for folder, folders, files in os.walk(root, onerror=unreadable):
        for name in (*folders, *files):
            place = Path(folder, name)
            try:
                entries.append(_entry(root, place))
            except UnicodeEncodeError:
                problems.append(_refusal(place, "has a name that is not UTF-8"))
            except OSError as error:
                problems.append(_refusal(place, f"cannot be looked at: {error.strerror}"))
            except ValueError as error:
                problems.append(_refusal(place, str(error)))
    if problems:
        raise InputError(*problems)
    return _Folder(root, tuple(sorted(entries, key=lambda entry: entry.parts)))


def _entry(root: Path, place: Path) -> Entry:
    os.fspath(place).encode()  # raises where the name is not UTF-8
    facts = place.stat()
    if place.is_symlink():
        if not place.resolve().is_relative_to(root):
            raise ValueError("is a link that leads outside the data folder")
        if not stat.S_ISREG(facts.st_mode):
            raise ValueError("is a link to something that is not a file")
    if stat.S_ISDIR(facts.st_mode):
        return Entry(place.relative_to(root).parts, True, 0)
    if not stat.S_ISREG(facts.st_mode):
        raise ValueError("is neither a file nor a folder")
    return Entry(place.relative_to(root).parts, False, facts.st_size)


def _refusal(place: Path, reason: str) -> Diagnostic:
    shown = str(place).encode("utf-8", "backslashreplace").decode()
    return Diagnostic(Code.DATA_LAYOUT, f"`{shown}` {reason}", help="replace it by a plain file, or delete it")
