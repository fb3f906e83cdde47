"""`extends: parent`: a child says only what differs; mappings are merged by path, everything else is replaced."""

from __future__ import annotations

from collections.abc import Callable, Set
from pathlib import Path as FilePath
from typing import Any

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span, SpecErrors
from resnet_spec.document.document import Document
from resnet_spec.document.parse_once import parse_once
from resnet_spec.document.read_source import read_source

MAX_PARENTS = 16


def extend(
    document: Document,
    file: FilePath,
    *,
    find: Callable[[str, FilePath], tuple[FilePath, str]],
    is_choice: Callable[[Path], bool],
    own: frozenset[str] = frozenset(),
) -> Document:
    """Resolve `extends` up to a document without a parent.

    Args:
        document: the child, read from `file`.
        file: its path; a parent's path is relative to it.
        find: gives the file that a parent's name means to a child in a given file, and what to call it; may raise
            `SpecErrors`.
        is_choice: whether the mapping at a path holds one of several kinds, so that another kind replaces it whole.
        own: keys at the top that are about the file that states them, and are not passed on.

    Raises:
        SpecErrors: a cycle, a parent that is missing, or one outside the folders that a spec may read.
    """
    chain: list[tuple[FilePath, Span | None]] = [(file.resolve(), None)]
    layers = [document]
    while isinstance(layers[-1].value, dict) and "extends" in layers[-1].value:
        child, (here, _) = layers[-1], chain[-1]
        span = child.span(("extends",))
        parent, shown = _parent(child, here, span, find)
        if any(parent == known for known, _ in chain) or len(chain) > MAX_PARENTS:
            raise _cycle(chain, parent, span)
        chain.append((parent, span))
        layers.append(_mapping(parse_once(read_source(parent, shown)), span))
    merged = layers[-1]
    for child in reversed(layers[:-1]):
        merged = _merge(_without(merged, own), _without(child, {"extends"}), is_choice)
    return merged


def _parent(
    child: Document, here: FilePath, span: Span, find: Callable[[str, FilePath], tuple[FilePath, str]]
) -> tuple[FilePath, str]:
    name = child.value["extends"]
    if not isinstance(name, str):
        raise _fault("`extends` names one parent spec", span, "give a path or the name of a shipped spec")
    try:
        file, shown = find(name, here)
        return file.resolve(), shown
    except (OSError, RuntimeError, ValueError) as error:
        raise _fault(f"`{name}` cannot be a path: {error}", span, "give a path or the name of a shipped spec") from None
    except SpecErrors as error:
        raise _fault(error.diagnostics[0].message, span, error.diagnostics[0].help) from None


def _mapping(parent: Document, span: Span) -> Document:
    if not isinstance(parent.value, dict):
        message = "the parent that is named here is not a mapping, so that nothing can be taken from it"
        raise _fault(message, span, "a spec is a mapping, with `name` and `model`")
    return parent


def _shown(path: FilePath) -> str:
    try:
        return str(path.relative_to(FilePath.cwd()))
    except ValueError:
        return str(path)


def _cycle(chain: list[tuple[FilePath, Span | None]], parent: FilePath, span: Span) -> SpecErrors:
    names = " -> ".join(_shown(file) for file, _ in [*chain, (parent, None)])
    related = tuple((place, "which is extended here") for _, place in chain if place is not None)
    return SpecErrors(
        Diagnostic(Code.EXTENDS, f"`extends` goes in a circle: {names}", span, "remove one `extends`", related)
    )


def _without(document: Document, keys: Set[str]) -> Document:
    if not isinstance(document.value, dict):
        return document
    return Document(
        {key: item for key, item in document.value.items() if key not in keys},
        {p: s for p, s in document.keys.items() if p[0] not in keys},
        {p: s for p, s in document.values.items() if not p or p[0] not in keys},
    )


def _merge(parent: Document, child: Document, is_choice: Callable[[Path], bool]) -> Document:
    keys, values = dict(parent.keys), dict(parent.values)

    def drop(path: Path, value: Any) -> None:
        keys.pop(path, None)
        values.pop(path, None)
        items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
        for key, item in items:
            drop((*path, key), item)

    def merge(old: Any, new: Any, path: Path) -> Any:
        keep = isinstance(old, dict) and isinstance(new, dict) and not (is_choice(path) and old.keys() != new.keys())
        if not keep:
            drop(path, old)
            return new
        merged = {**old, **{key: merge(old.get(key), item, (*path, key)) for key, item in new.items()}}
        return {key: merged[key] for key in _order(list(old), list(new))}

    value = merge(parent.value, child.value, ())
    return Document(value, keys | child.keys, values | child.values)


def _order(old: list[str], new: list[str]) -> list[str]:
    """Put keys that only the child has behind those that they follow there, and at the end if they follow none.

    >>> _order(["name", "model", "train"], ["name", "description", "model"])
    ['name', 'description', 'model', 'train']
    """
    order = list(old)
    for before, key in zip([None, *new], new, strict=False):
        if key not in old:
            order.insert(len(order) if before is None else order.index(before) + 1, key)
    return order


def _fault(message: str, span: Span, help: str) -> SpecErrors:
    return SpecErrors(Diagnostic(Code.EXTENDS, message, span, help))
