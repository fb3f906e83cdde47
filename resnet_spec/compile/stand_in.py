"""A document with faults -> a spec that is right wherever the document is, so that later checks still have their say.

Without it a wrong type in `train` would hide a shape that cannot be in `model` until the next run.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from resnet_spec.diagnostic import Path
from resnet_spec.document import Document
from resnet_spec.spec import Spec

# Settings of a model that change neither a shape nor a name: their defaults stand in for them.
_NEUTRAL = {
    "use_bias", "kernel_initializer", "kernel_regularizer", "l2", "activation", "function", "momentum", "epsilon",
    "scale", "center", "fill",
}  # fmt: skip
_NAMED_BY_THE_USER = {"blocks", "parameters"}
_REQUIRED: dict[Path, Any] = {("name",): "unnamed", ("model", "classes"): 1}


def stand_in(document: Document, errors: Sequence[Any], meant: Callable[[Path], str]) -> Spec | None:
    """Give a spec with the faults of a document mended where that needs no guess, or None.

    Args:
        document: what was written.
        errors: Pydantic's findings.
        meant: gives the key that an unknown key was probably meant to be, or an empty string.
    """
    return _mended(document, errors, meant) or _mended(document, errors, lambda _path: "")


def _mended(document: Document, errors: Sequence[Any], meant: Callable[[Path], str]) -> Spec | None:
    value = copy.deepcopy(document.value)
    if not isinstance(value, dict):
        return None
    for error in sorted(errors, key=_unknown_keys_first):
        path = _written(document, error)
        renamed = error["type"] == "missing" and _at(value, path) is not None
        if error["type"] == "extra_forbidden":
            _rename(value, path, meant(tuple(error["loc"])))
        elif not renamed and not _mend(value, path):
            return None
    try:
        return Spec.model_validate(value)
    except ValidationError:
        return None


def _unknown_keys_first(error: Any) -> bool:
    return bool(error["type"] != "extra_forbidden")


def _written(document: Document, error: Any) -> Path:
    loc = tuple(error["loc"])
    return (*document.locate(loc[:-1]), loc[-1]) if error["type"] == "missing" else document.locate(loc)


def _rename(value: Any, path: Path, name: str) -> None:
    parent = _at(value, path[:-1])
    if isinstance(parent, dict) and path[-1] in parent:
        item = parent.pop(path[-1])
        if name:
            parent.setdefault(name, item)


def _mend(value: Any, path: Path) -> bool:
    """Take out what is at fault where its absence changes no shape; say whether that was possible."""
    if path in _REQUIRED:
        parent = _at(value, path[:-1])
        return isinstance(parent, dict) and parent.update({path[-1]: _REQUIRED[path]}) is None
    if path and path[0] != "model":
        value.pop(path[0], None)
        return True
    if path[:2] == ("model", "norm"):
        return value["model"].pop("norm", None) is not None
    neutral = [
        depth
        for depth, key in enumerate(path)
        if depth > 1 and key in _NEUTRAL and path[depth - 1] not in _NAMED_BY_THE_USER
    ]
    parent = _at(value, path[: neutral[0]]) if neutral else None
    if not isinstance(parent, dict):
        return False
    parent.pop(path[neutral[0]], None)
    return True


def _at(value: Any, path: Path) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value
