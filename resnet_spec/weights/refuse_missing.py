"""The path of a weight file -> nothing, or a fault that says that no file is there."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError, did_you_mean


def refuse_missing(path: Path) -> None:
    """Refuse a path where there is no file to read.

    Raises:
        InputError: nothing is there, or a folder.
    """
    if path.is_file():
        return
    if path.is_dir():
        message, help = f"cannot read weights from `{path}`: it is a folder", "give the file of weights itself"
    else:
        message, help = f"cannot read weights from `{path}`: there is no such file", _neighbour(path)
    raise InputError(Diagnostic(Code.WEIGHTS, message, None, help))


def _neighbour(path: Path) -> str:
    siblings = sorted(item.name for item in path.parent.iterdir()) if path.parent.is_dir() else []
    return did_you_mean(path.name, siblings) or f"a relative path starts at the working directory, `{Path.cwd()}`"
