"""A published archive -> its verified bytes: from a given file, from the cache, or from the network.

Enters: where it is, and its checksum. Leaves: the very bytes that were checked, so that nothing can change in between.
"""

from __future__ import annotations

import hashlib
import os
import tempfile
import urllib.request
from http.client import HTTPException
from pathlib import Path

from resnet_spec.data.cache_folder import cache_folder
from resnet_spec.data.cifar_set import CifarSet
from resnet_spec.data.existing_path import existing_path
from resnet_spec.diagnostic import Code, Diagnostic, InputError

MAX_BYTES = 1 << 30
TIMEOUT_SECONDS = 60


def fetch_archive(published: CifarSet, path: str | None) -> bytes:
    """Give the archive's content.

    Args:
        published: which archive.
        path: a copy to use; default: the cache (`$XDG_CACHE_HOME/resnet-spec`), filled from the network once.

    Raises:
        InputError: the file is missing, the network fails, the cache cannot be written, or the checksum differs. A
            cached file with a wrong checksum is deleted, a given one is left alone.
    """
    if path is not None:
        return _checked(published, _read(existing_path(path)), path, _hint(published, path))
    cached = cache_folder() / published.archive
    if cached.is_file():
        return _from_cache(published, cached)
    content = _checked(published, _downloaded(published, cached), published.url, "try again later")
    _store(content, cached)
    return content


def _from_cache(published: CifarSet, cached: Path) -> bytes:
    hint = "the cached file has been deleted; run again to download it anew"
    try:
        return _checked(published, _read(cached), str(cached), hint)
    except InputError as error:
        if any(fault.code is Code.DATA_CHECKSUM for fault in error.diagnostics):
            cached.unlink(missing_ok=True)
        raise


def _read(path: Path) -> bytes:
    try:
        if not path.is_file():
            raise OSError(0, "it is no regular file")
        with path.open("rb") as handle:
            return handle.read(MAX_BYTES)
    except OSError as error:
        message = f"cannot read `{path}`: {error.strerror}"
        raise InputError(Diagnostic(Code.DATA_NOT_FOUND, message, help="give a readable file")) from None


def _downloaded(published: CifarSet, cached: Path) -> bytes:
    try:
        # The address is a constant of this room, never a spec's.
        with urllib.request.urlopen(published.url, timeout=TIMEOUT_SECONDS) as response:  # noqa: S310
            content: bytes = response.read(MAX_BYTES)
    except (OSError, HTTPException) as error:
        message = f"cannot download {published.url}: {error}"
        hint = f"fetch it elsewhere, then give `--data PATH/{published.archive}`, or put it at `{cached}`"
        raise InputError(Diagnostic(Code.DATA_NOT_FOUND, message, help=hint)) from None
    return content


def _checked(published: CifarSet, content: bytes, where: str, hint: str) -> bytes:
    found = hashlib.md5(content, usedforsecurity=False).hexdigest()
    if found != published.md5:
        message = f"`{where}` is refused: its MD5 is {found}; the published one is {published.md5}"
        raise InputError(Diagnostic(Code.DATA_CHECKSUM, message, help=hint))
    return content


def _hint(published: CifarSet, path: str) -> str:
    wanted = f"give the binary version, `{published.archive}`, unchanged"
    return (
        f"the Python version holds pickles, which are never read; {wanted}" if "python" in Path(path).name else wanted
    )


def _store(content: bytes, cached: Path) -> None:
    temporary = None
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=cached.parent, prefix=cached.name, delete=False) as handle:
            temporary = Path(handle.name)
            handle.write(content)
            handle.flush()
            os.fsync(handle.fileno())
        temporary.replace(cached)
    except OSError as error:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
        message = f"cannot write the download to `{cached}`: {error.strerror}"
        hint = "make room, or set XDG_CACHE_HOME to a folder that can be written"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, help=hint)) from None
