"""A folder to write into -> nothing, or a refusal because something is in it."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def refuse_full(folder: Path) -> None:
    """Refuse a path that is taken; an empty folder is as good as none.

    Raises:
        InputError: it is no folder, or is not empty.
    """
    if not folder.exists():
        return
    help = "give the name of a new directory"
    if not folder.is_dir():
        message = f"cannot make `{folder}`: `{folder}` is no folder"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help))
    if any(folder.iterdir()):
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, f"`{folder}` already exists and is not empty", None, help))
