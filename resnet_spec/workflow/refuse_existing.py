"""A path to write to -> nothing, or a refusal because something is there."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def refuse_existing(path: Path) -> None:
    """Refuse a path that is taken; by a link that leads nowhere, too.

    Raises:
        InputError: the file exists.
    """
    if path.is_symlink() or path.exists():
        message = f"`{path}` already exists, and is left as it is"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "give another FILE, or delete it"))
