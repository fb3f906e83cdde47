"""The name of an archive's member -> its path, or a refusal of the whole archive."""

from __future__ import annotations

import re

from resnet_spec.data.image_store import MAX_FILE_BYTES
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def member_parts(archive: str, name: str, size: int) -> tuple[str, ...]:
    """Give the path's parts, without `.`.

    Nothing is ever written under these names; but an archive that holds one was made to do harm, or is broken.

    Raises:
        InputError: the name is absolute, climbs with `..`, or the member declares more bytes than any image needs.
    """
    parts = tuple(part for part in re.split(r"[/\\]", name) if part not in ("", "."))
    reason = ""
    if name.startswith(("/", "\\")) or re.match(r"[A-Za-z]:", name):
        reason = "has an absolute path"
    elif ".." in parts:
        reason = "leaves the archive with `..`"
    elif size > MAX_FILE_BYTES:
        reason = f"declares {size:,} bytes; {MAX_FILE_BYTES:,} is the limit for a file"
    if reason:
        message = f"`{archive}` is refused: its member {name!r} {reason}"
        hint = "make the archive again, of plain files under a relative path"
        raise InputError(Diagnostic(Code.DATA_ARCHIVE, message, help=hint))
    return parts
