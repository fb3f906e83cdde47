"""A document with faults -> a spec that is right wherever the document is, so that later checks still have their say.

Without it a wrong type in one place would hide a shape that cannot be in another until the next run. What is wrong is
mended where that needs no guess; elsewhere something stands in for it, and it is said where.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import Any

from pydantic import ValidationError

from resnet_spec.compile.errors_of import errors_of
from resnet_spec.diagnostic import Path
from resnet_spec.document import Document
from resnet_spec.lower import NONE, StandIns
from resnet_spec.spec import Spec

# Settings that change neither a shape nor a name: their defaults stand in for them.
_NEUTRAL = {
    "use_bias", "kernel_initializer", "kernel_regularizer", "kernel_constraint", "l2", "activation", "function",
    "momentum", "epsilon", "scale", "center", "gamma_initializer", "norm", "fill",
}  # fmt: skip
_KEEP_SHAPE = {"norm", "activation", "dropout", "stochastic_depth"}
_SEQUENCES = {"stem", "head", "before", "residual", "after", "path", "entry"}

_LEFT_OUT = object()
_LAYER = {"activation": "linear"}
_STAGE = {"block": "unknown", "filters": 1, "blocks": 1}
_BLOCK = {"residual": [_LAYER]}

Stand = tuple[Path, Any]


def stand_in(document: Document, errors: Sequence[Any], meant: Callable[[Path], str]) -> tuple[Spec | None, StandIns]:
    """Give a spec with something in the place of every fault, and where; or no spec, where nothing is left to look at.

    Args:
        document: what was written.
        errors: Pydantic's findings.
        meant: gives the key that an unknown key was probably meant to be, or an empty string.
    """
    value = copy.deepcopy(document.value)
    if not isinstance(value, dict) or not isinstance(value.get("model"), dict):
        return None, NONE
    for error in errors:
        if error["type"] == "extra_forbidden":
            _rename(value, _found(value, tuple(error["loc"])), meant(tuple(error["loc"])))
    tried: dict[Path, list[Any]] = {}
    while True:
        try:
            return Spec.model_validate(value), _stand_ins(document.value, tried)
        except ValidationError as error:
            fresh: set[Path] = set()
            # Every round puts in something new, and something larger where that was not enough.
            if not [e for e in errors_of(error) if _mend(value, e, tried, fresh)]:
                return None, NONE


def _mend(value: Any, error: Any, tried: dict[Path, list[Any]], fresh: set[Path]) -> bool:
    """Put in the smallest thing that has not been tried, unless this round did; say whether anything changed."""
    if error["type"] == "extra_forbidden":
        return _put(value, _found(value, tuple(error["loc"])), _LEFT_OUT)
    for path, stand in _candidates(_found(value, tuple(error["loc"]))):
        if path in fresh:
            return False
        done = tried.get(path, [])
        if stand not in done and _put(value, path, stand):
            tried[path] = [*done, stand]
            fresh.add(path)
            return True
    return False


def _candidates(path: Path) -> Iterator[Stand]:
    """Give what could be put in, and where, from the place of a fault upwards."""
    if path[:1] != ("model",):
        yield from ((path[:depth], _LEFT_OUT) for depth in range(len(path), 1, -1) if isinstance(path[depth - 1], str))
        yield path[:1], "unnamed" if path[:1] == ("name",) else _LEFT_OUT
        return
    if path[:2] == ("model", "norm"):
        yield path[:2], _LEFT_OUT
    for depth in range(len(path), 1, -1):
        yield from ((path[:depth], stand) for stand in _stands_for(path[:depth]))


def _stands_for(path: Path) -> tuple[Any, ...]:
    match path:
        case ("model", "input"):
            return ({"shape": [1024, 1024, 1]},)
        case ("model", "classes"):
            return (1,)
        case ("model", "stages"):
            return ([_STAGE],)
        case ("model", "stages", int()):
            return (_STAGE,)
        case ("model", "stages", int(), "block"):
            return ("unknown",)
        case ("model", "stages", int(), "filters" | "blocks"):
            return (1,)
        case ("model", "blocks", str()):
            return (_BLOCK, _LEFT_OUT)
        case ("model", "parameters", str()) | ("model", "blocks" | "stages", _, "parameters", str()):
            return (1, _LEFT_OUT)
        case (*_, str(key)) if key in _SEQUENCES:
            return ([_LAYER],)
        case (*_, str(key), int()) if key in _SEQUENCES or key == "gate":
            return (_LAYER,)
        case (*_, "gate"):
            return ([_LAYER],)
        case (*_, str()):
            return (_LEFT_OUT,)
    return ()


def _put(value: Any, path: Path, stand: Any) -> bool:
    key: Any = path[-1]
    parent = _at(value, path[:-1])
    if not isinstance(parent, dict if isinstance(key, str) else list) or (stand is _LEFT_OUT and key not in parent):
        return False
    if stand is _LEFT_OUT:
        del parent[key]
    else:
        parent[key] = copy.deepcopy(stand)
    return True


def _stand_ins(written: Any, tried: dict[Path, list[Any]]) -> StandIns:
    of_model = [path for path in tried if path[:1] == ("model",)]
    neutral = {path for path in of_model if _is_neutral(path)}
    kept = {path for path in of_model if _keeps_shape(_at(written, path)) or path in neutral}
    silent = {path for path in neutral if path[-1] not in ("function", "activation", "norm")}
    # How convolutions pad where they do not say decides every shape there is.
    everywhere = {("model", "input") for path in of_model if path[:2] == ("model", "conv") and path not in neutral}
    return StandIns.of(frozenset(tried) - silent | everywhere, frozenset(kept))


def _is_neutral(path: Path) -> bool:
    """Say whether a setting changes no shape; names that the user chose are not settings."""
    return path[-1] in _NEUTRAL and path[-2] not in ("blocks", "parameters")


def _keeps_shape(layer: Any) -> bool:
    return isinstance(layer, dict) and len(layer) == 1 and next(iter(layer)) in _KEEP_SHAPE


def _found(value: Any, loc: Path) -> Path:
    """Follow Pydantic's path as far as the value goes; it has the names of union members in it, which no value has."""
    here: Path = ()
    for place, segment in enumerate(loc):
        inside = _at(value, here)
        last = place == len(loc) - 1
        if (isinstance(inside, dict) and (segment in inside or last)) or (
            isinstance(inside, list) and isinstance(segment, int) and segment < len(inside)
        ):
            here = (*here, segment)
    return here


def _rename(value: Any, path: Path, name: str) -> None:
    parent = _at(value, path[:-1])
    if isinstance(parent, dict) and path[-1] in parent:
        item = parent.pop(path[-1])
        if name:
            parent.setdefault(name, item)


def _at(value: Any, path: Path) -> Any:
    for key in path:
        try:
            value = value[key]
        except (KeyError, IndexError, TypeError):
            return None
    return value
