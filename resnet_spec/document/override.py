"""`--set a.b=value`: a value from the command line, typed and located like the rest."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from resnet_spec.diagnostic import Code, Diagnostic, Path, Source, Span, SpecErrors
from resnet_spec.document.document import Document
from resnet_spec.document.parse import parse

_PART = re.compile(r"\[(?P<position>-?\w+)\]|(?:^|(?!^)\.)(?P<key>[^.\[\]]+)")
_INDEX = re.compile(r"[0-9]{1,6}")


def override(document: Document, settings: Sequence[str]) -> Document:
    """Apply settings `path=value` in order; a value is YAML, a path is keys and positions: `model.stages[0].blocks`.

    Raises:
        SpecErrors: a setting without `=`, a list position that is not there, a value that is not YAML.
    """
    faults: list[Diagnostic] = []
    for setting in settings:
        try:
            document = _apply(document, setting)
        except SpecErrors as error:
            faults += error.diagnostics
    if faults:
        raise SpecErrors(*faults)
    return document


def _apply(document: Document, setting: str) -> Document:
    source = Source("--set", setting)
    name, equals, text = setting.partition("=")
    if not equals or not name.strip() or not text.strip():
        raise _fault(source, 1, len(setting), "a setting is `path=value`", "for example `--set train.epochs=5`")
    value = _value(" " * (len(name) + 1), text)
    moved = Document(value.value, {p: _onto(source, s) for p, s in value.keys.items()},
                     {p: _onto(source, s) for p, s in value.values.items()})  # fmt: skip
    path = _path(document, source, name.strip())
    result = document.graft(path, moved)
    result.keys[path] = Span(source, 1, 1, 1, len(name) + 1)
    return result


def _value(indent: str, text: str) -> Document:
    if text.strip() in ("null", "~"):
        # As a document of its own this would be an empty one.
        source = Source("--set", indent + text)
        return Document(None, {}, {(): Span(source, 1, len(indent) + 1, 1, len(indent) + 1 + len(text))})
    return parse(Source("--set", indent + text))


def _path(document: Document, source: Source, name: str) -> Path:
    path: Path = ()
    here = document.value
    for part, column in _parts(source, name):
        if isinstance(here, list):
            if not _INDEX.fullmatch(part) or int(part) >= len(here):
                message = f"`{part}` is not a position in the list `{_shown(path)}`"
                raise _fault(source, column, len(part), message, _positions(here))
            path, here = (*path, int(part)), here[int(part)]
        else:
            path, here = (*path, part), here.get(part) if isinstance(here, dict) else None
    return path


def _parts(source: Source, name: str) -> Iterator[tuple[str, int]]:
    """Give the keys and positions of a path, and the columns that they start at."""
    indent = len(source.text) - len(source.text.lstrip())
    end = 0
    while end < len(name):
        found = _PART.match(name, end)
        if found is None:
            message = f"`{name}` has an empty part" if "[" not in name else f"`{name}` is no path"
            help = "for example `--set train.epochs=5` or `--set model.stages[0].blocks=4`"
            raise _fault(source, 1, len(name), message, help)
        kind, end = found.lastgroup or "key", found.end()
        yield found[kind], indent + found.start(kind) + 1


def _positions(items: list[Any]) -> str:
    if not items:
        return "it is empty"
    return f"it has {len(items)} items: the last is {len(items) - 1}" if len(items) > 1 else "it has 1 item: 0"


def _shown(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).removeprefix(".")


def _onto(source: Source, span: Span) -> Span:
    return Span(source, span.line, span.column, span.end_line, span.end_column)


def _fault(source: Source, start: int, length: int, message: str, help: str) -> SpecErrors:
    return SpecErrors(Diagnostic(Code.OVERRIDE, message, Span(source, 1, start, 1, start + length), help))
