"""Bytes -> a file that is there whole, or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def write_atomically(path: Path, content: bytes) -> None:
    """Put a file in place whole, or not at all, so that it outlives a crash of the machine once this returns.

    Raises:
        InputError: it cannot be written.
    """
    try:
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        raise _unwritable(path, error) from None
    try:
        with os.fdopen(handle, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
        _sync_folder(path.parent)
    except BaseException as error:
        Path(temporary).unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise _unwritable(path, error) from None
        raise


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
    return InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions"))
