"""An archive's members, one by one -> its entries, or a refusal of the whole archive."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from resnet_spec.data.image_store import MAX_TOTAL_BYTES, Entry
from resnet_spec.data.member_parts import member_parts
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def archive_entries(path: Path, members: Iterable[tuple[str, bool, int]]) -> tuple[Entry, ...]:
    """Give the entries, sorted by path; a folder that is listed twice is listed once.

    Args:
        path: the archive.
        members: name, whether it is a folder, and declared size in bytes; stops being read at the first refusal.

    Raises:
        InputError: a name or a size is refused, or two files have the same path.
    """
    found: dict[tuple[str, ...], Entry] = {}
    archive, total = str(path), 0
    limit = max(MAX_TOTAL_BYTES, 4 * path.stat().st_size)
    for name, folder, size in members:
        parts = member_parts(archive, name, size)
        total += size
        if total > limit:
            raise _refused(archive, f"its files declare more than {limit:,} bytes", "use a smaller data set")
        if parts in found and not (folder and found[parts].folder):
            raise _refused(archive, f"it holds `{'/'.join(parts)}` twice", "make the archive again")
        if parts:
            found[parts] = Entry(parts, folder, size)
    return tuple(found[parts] for parts in sorted(found))


def _refused(archive: str, reason: str, hint: str) -> InputError:
    return InputError(Diagnostic(Code.DATA_ARCHIVE, f"`{archive}` is refused: {reason}", help=hint))
