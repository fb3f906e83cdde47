"""Path -> bytes of a regular file, within a limit.

Enters: a path that a person gave. Leaves: the file's bytes. What is in them is the caller's affair.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path


class Unreadable(ValueError):
    """Not a file to read; `args[0]` ends the sentence "the file ..."."""


def read_file(path: Path, *, limit: int) -> bytes:
    """Read a whole file, without waiting on pipes or devices.

    Args:
        path: the file.
        limit: largest size, in bytes.

    Raises:
        OSError: it does not exist or may not be read.
        Unreadable: it is not a regular file, is too large, or changed meanwhile.
    """
    handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        size = _size(handle, limit)
    except Unreadable:
        os.close(handle)
        raise
    with os.fdopen(handle, "rb") as stream:
        content = stream.read(size + 1)
    if len(content) != size:
        raise Unreadable("changed while it was read")
    return content


def _size(handle: int, limit: int) -> int:
    status = os.fstat(handle)
    if not stat.S_ISREG(status.st_mode):
        raise Unreadable("is a directory" if stat.S_ISDIR(status.st_mode) else "is not a regular file")
    if status.st_size > limit:
        raise Unreadable(f"is larger than {limit / 2**20:,.0f} MiB")
    return status.st_size
