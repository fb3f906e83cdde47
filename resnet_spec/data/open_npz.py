"""A path -> an open .npz file; whatever is damaged in it, now or while it is read, is refused in one way."""

from __future__ import annotations

import struct
import tokenize
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError

_DAMAGE = (
    zipfile.BadZipFile,
    NotImplementedError,
    OSError,
    EOFError,
    ValueError,
    TypeError,
    SyntaxError,
    struct.error,
    tokenize.TokenError,
    zlib.error,
)


@contextmanager
def open_npz(path: Path) -> Iterator[zipfile.ZipFile]:
    """Open the file.

    Raises:
        InputError: it is no zip file, or what is done within finds it damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            yield archive
    except _DAMAGE as error:
        message = f"`{path}` is refused: it is damaged or no .npz file ({error})"
        hint = "save plain arrays with `numpy.savez_compressed`"
        raise InputError(Diagnostic(Code.DATA_ARCHIVE, message, help=hint)) from None
