"""`extends: parent`: a child says only what differs; mappings are merged by path, everything else is replaced."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path as FilePath
from typing import Any

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span, SpecErrors
from resnet_spec.document.document import Document
from resnet_spec.document.parse import parse
from resnet_spec.document.read_source import read_source

MAX_PARENTS = 16


def extend(
    document: Document,
    file: FilePath,
    *,
    find: Callable[[str, FilePath], FilePath],
    is_choice: Callable[[Path], bool],
) -> Document:
    """Resolve `extends` up to a document without a parent.

    Args:
        document: the child, read from `file`.
        file: its path; a parent's path is relative to it.
        find: gives the file that a parent's name means, to a child in a given file; may raise `SpecErrors`.
        is_choice: whether the mapping at a path holds one of several kinds, so that another kind replaces it whole.

    Raises:
        SpecErrors: a cycle, a parent that is missing, or one outside the folders that a spec may read.
    """
    chain: list[tuple[FilePath, Span | None]] = [(file.resolve(), None)]
    layers = [document]
    while isinstance(layers[-1].value, dict) and "extends" in layers[-1].value:
        child, (here, _) = layers[-1], chain[-1]
        span = child.span(("extends",))
        parent = _parent(child, here, span, find)
        if any(parent == known for known, _ in chain) or len(chain) > MAX_PARENTS:
            raise _cycle(chain, parent, span)
        chain.append((parent, span))
        layers.append(parse(read_source(parent, _shown(parent))))
    merged = layers[-1]
    for child in reversed(layers[:-1]):
        merged = _merge(merged, _without_extends(child), is_choice)
    return merged


def _parent(child: Document, here: FilePath, span: Span, find: Callable[[str, FilePath], FilePath]) -> FilePath:
    name = child.value["extends"]
    if not isinstance(name, str):
        raise _fault("`extends` names one parent spec", span, "give a path or the name of a shipped spec")
    try:
        return find(name, here).resolve()
    except SpecErrors as error:
        raise _fault(error.diagnostics[0].message, span, error.diagnostics[0].help) from None


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


def _without_extends(document: Document) -> Document:
    value = {key: item for key, item in document.value.items() if key != "extends"}
    gone = ("extends",)
    return Document(
        value,
        {p: s for p, s in document.keys.items() if p != gone},
        {p: s for p, s in document.values.items() if p != gone},
    )


def _merge(parent: Document, child: Document, is_choice: Callable[[Path], bool]) -> Document:
    keys, values = dict(parent.keys), dict(parent.values)

    def drop(path: Path) -> None:
        for table in (keys, values):
            for known in [p for p in table if p[: len(path)] == path]:
                del table[known]

    def merge(old: Any, new: Any, path: Path) -> Any:
        keep = isinstance(old, dict) and isinstance(new, dict) and not (is_choice(path) and old.keys() != new.keys())
        if not keep:
            drop(path)
            return new
        return {**old, **{key: merge(old.get(key), item, (*path, key)) for key, item in new.items()}}

    value = merge(parent.value, child.value, ())
    return Document(value, keys | child.keys, values | child.values)


def _fault(message: str, span: Span, help: str) -> SpecErrors:
    return SpecErrors(Diagnostic(Code.EXTENDS, message, span, help))
