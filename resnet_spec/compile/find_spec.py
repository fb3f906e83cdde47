"""A name on the command line, or after `extends`, -> the file that it means."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, SpecErrors, did_you_mean

_PACKAGE = Path(__file__).resolve().parents[1]


def find_spec(name: str) -> tuple[Path, str]:
    """Find a spec by path, or a shipped one by name; give its file, and what diagnostics call it.

    Raises:
        SpecErrors: there is neither, or it is an ONNX file.
    """
    if not name.strip():
        message, help = "the name of the spec is empty", "give the path of a YAML file, or a name of `resnet-spec zoo`"
        raise SpecErrors(Diagnostic(Code.SPEC_NOT_FOUND, message, None, help))
    path = Path(name)
    if path.suffix.lower() == ".onnx" and _exists(path):
        message, help = f"`{name}` is an ONNX file, and no spec", f"`resnet-spec render {name}` prints the spec in it"
        raise SpecErrors(Diagnostic(Code.SPEC_NOT_FOUND, message, None, help))
    if _exists(path) or path.suffix in (".yaml", ".yml"):
        return _existing(path, name), name
    if name in shipped_specs():
        return shipped_specs()[name], f"<shipped>/{name}.yaml"
    raise _missing(name)


def find_parent(name: str, child: Path) -> tuple[Path, str]:
    """Find the parent that a spec in file `child` extends: a path from there, or a shipped spec.

    A spec reads files below its own folder or the working directory, and shipped ones; nothing else.

    Raises:
        SpecErrors: there is no such file, or it lies elsewhere.
    """
    if Path(name).suffix not in (".yaml", ".yml"):
        if name in shipped_specs():
            return shipped_specs()[name], f"<shipped>/{name}.yaml"
        raise _missing(name)
    path = (child.parent / name).resolve()
    allowed = (child.resolve().parent, Path.cwd().resolve(), _specs().resolve())
    if not any(path.is_relative_to(folder) for folder in allowed):
        help = "a parent lies below the folder of its child or the working directory"
        raise SpecErrors(
            Diagnostic(Code.EXTENDS, f"`{name}` lies outside the folders that a spec may read", None, help)
        )
    return _existing(path, name), _shown(path)


@cache
def shipped_specs() -> dict[str, Path]:
    """Give the specs that come with the package, by name: family after family, a family from its smallest number."""
    return {path.stem: path for path in sorted(_specs().rglob("*.yaml"), key=_family_and_number)}


def _family_and_number(path: Path) -> tuple[str, list[str | int]]:
    family = path.relative_to(_specs()).parent
    parts = re.split(r"(\d+)", path.stem)
    return str(family), [int(part) if part.isdigit() else part for part in parts]


def _specs() -> Path:
    """Find them inside an installed package, or beside it in a working copy."""
    installed = _PACKAGE / "specs"
    return installed if installed.is_dir() else _PACKAGE.parent / "specs"


def _shown(path: Path) -> str:
    return str(path.relative_to(Path.cwd())) if path.is_relative_to(Path.cwd()) else str(path)


def _exists(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # a name longer than the system takes
        return False


def _existing(path: Path, name: str) -> Path:
    if _exists(path):
        return path
    folder = path.parent
    siblings = [p.name for p in folder.glob("*.y*ml")] if folder.is_dir() else []
    help = did_you_mean(path.name, siblings) or did_you_mean(path.stem, list(shipped_specs()))
    raise SpecErrors(
        Diagnostic(
            Code.SPEC_NOT_FOUND, f"there is no file `{name}`", None, help or "check the path and the working directory"
        )
    )


def _missing(name: str) -> SpecErrors:
    known = list(shipped_specs())
    guess = did_you_mean(name, known)
    help = " ".join(
        filter(None, [guess, "`resnet-spec zoo` lists the shipped specs; the name of a file ends in .yaml"])
    )
    return SpecErrors(Diagnostic(Code.SPEC_NOT_FOUND, f"there is no spec `{name}`", None, help))
