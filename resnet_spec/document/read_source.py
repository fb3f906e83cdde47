"""Path -> Source: a regular file of UTF-8 text, within limits."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, Source, SpecErrors

MAX_BYTES = 1 << 18


def read_source(path: Path, name: str | None = None) -> Source:
    """Read a spec's text.

    Args:
        path: the file.
        name: what diagnostics call it; default: the path as given.

    Raises:
        SpecErrors: the file is missing, not a regular file, too large, or not UTF-8 text.
    """
    name = name or str(path)
    content = _read_bytes(path, name)
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = content[: error.start].decode("utf-8", "replace")
        kind = "UTF-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "not UTF-8"
        raise _at(name, before, f"the text is {kind}", "save the file as UTF-8") from None
    return Source(name, text)


def _read_bytes(path: Path, name: str) -> bytes:
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    except (OSError, ValueError) as error:
        raise _fault(Code.SPEC_NOT_FOUND, f"cannot read `{name}`: {_reason(error)}", _help(error)) from None
    mode = os.fstat(handle).st_mode
    if not stat.S_ISREG(mode):
        os.close(handle)
        what = "a directory" if stat.S_ISDIR(mode) else "not a regular file"
        inside = path / "spec.yaml"
        there = os.path.isfile(inside)  # noqa: PTH113 - pathlib's raises where the directory may not be entered
        help = f"give the spec in it: `{inside}`" if there else "give the path of a YAML file"
        raise _fault(Code.SPEC_NOT_FOUND, f"`{name}` is {what}", help)
    try:
        with os.fdopen(handle, "rb") as stream:
            content = stream.read(MAX_BYTES + 1)
    except OSError as error:
        raise _fault(Code.SPEC_NOT_FOUND, f"cannot read `{name}`: {_reason(error)}", _help(error)) from None
    if len(content) > MAX_BYTES:
        raise _fault(
            Code.YAML_LIMIT, f"`{name}` is larger than {MAX_BYTES >> 10} KiB", "a spec is a page or two of text"
        )
    return content


def _reason(error: OSError | ValueError) -> str:
    return (getattr(error, "strerror", None) or str(error)).lower()


def _help(error: OSError | ValueError) -> str:
    if isinstance(error, PermissionError):
        return "change the file's permissions, or give another path"
    return "check the path; `resnet-spec zoo` lists the shipped specs"


def _fault(code: Code, message: str, help: str) -> SpecErrors:
    return SpecErrors(Diagnostic(code, message, None, help))


def _at(name: str, before: str, message: str, help: str) -> SpecErrors:
    source = Source(name, before.replace("\x00", "\ufffd"))
    return SpecErrors(Diagnostic(Code.YAML_ENCODING, message, source.character(len(before)), help))
