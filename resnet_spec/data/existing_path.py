"""A path as a person wrote it -> a path that is there, or a fault that says what is there instead."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.data.find_neighbour import find_neighbour
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def existing_path(text: str) -> Path:
    """Give the path; a relative one starts at the working directory.

    Raises:
        InputError: nothing is there, or it may not be looked at.
    """
    path = Path(text)
    try:
        path.stat()
    except (OSError, ValueError) as error:
        reason = (error.strerror if isinstance(error, OSError) else None) or str(error)
        hint = find_neighbour(path) or f"it starts at `{Path.cwd()}`; `--data` names another place"
        message = f"cannot find the data `{text}`: {reason.lower()}"
        raise InputError(Diagnostic(Code.DATA_NOT_FOUND, message, help=hint)) from None
    return path
