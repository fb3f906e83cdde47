"""Bytes -> a file that is there whole, or not at all."""

from __future__ import annotations

import errno
import os
import stat
import tempfile
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def write_atomically(path: Path, content: bytes) -> None:
    """Put a file in place whole, or not at all, so that it outlives a crash of the machine once this returns.

    Links are followed. A file that is there gives its permissions to the new one.

    Raises:
        InputError: it cannot be written, or something is there that is no file.
    """
    target = Path(os.path.realpath(path))
    try:
        mode = _mode(target)
        handle, temporary = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        _sync_folder(target.parent)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from None
        raise


def _mode(target: Path) -> int:
    """Give the permissions of the file that is there, or else of one that a program makes."""
    try:
        found = target.lstat().st_mode
    except FileNotFoundError:
        umask = os.umask(0o077)  # there is no other way to ask
        os.umask(umask)
        return 0o666 & ~umask
    if stat.S_ISDIR(found):
        raise IsADirectoryError(errno.EISDIR, "it is a directory")
    if not stat.S_ISREG(found):
        raise OSError(errno.EINVAL, "it is not a regular file")
    return stat.S_IMODE(found)


def _sync_folder(folder: Path) -> None:
    """Make the new name last; only POSIX opens folders."""
    if os.name == "posix":
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _unwritable(path: Path, error: OSError) -> InputError:
    message = f"cannot write `{path}`: {error.strerror or error}"
    help = "make the folder first" if isinstance(error, FileNotFoundError) else "check the path, space and permissions"
    return InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help))
