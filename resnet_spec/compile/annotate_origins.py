"""A document -> its YAML text with a comment behind each line: where the line's values were set.

Enters: a document. Leaves: text that `parse` reads back as the same values. The caller says what a
place is called.
"""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from resnet_spec.compile.write_yaml import SpecDumper
from resnet_spec.diagnostic import Path, Source, Span
from resnet_spec.document import Document, parse

FURTHEST_COLUMN = 80
"""Comments are aligned up to here; behind a longer line, the comment follows the line."""


def annotate_origins(document: Document, name: Callable[[Span], str]) -> str:
    """Write a document so that the values of a line were all set in one place, which its comment names.

    Args:
        document: the values and their places.
        name: names a place, on one line and without control characters.
    """
    text = _write(document, name)
    # Reading the text back says on which line each value ends; a comment cannot stand anywhere else.
    places = parse(Source("", text)).values
    notes = {places[path].end_line: name(document.span(path)) for path in _leaves(document.value, ())}
    lines = text.splitlines()
    column = max((len(line) for line in lines if len(line) <= FURTHEST_COLUMN), default=0)
    annotated = (f"{line:<{column}}  # {notes[n]}" if n in notes else line for n, line in enumerate(lines, 1))
    return "\n".join(annotated) + "\n"


def _write(document: Document, name: Callable[[Span], str]) -> str:
    dumper = SpecDumper(io.StringIO(), sort_keys=False, default_flow_style=None)
    node = dumper.represent_data(document.value)
    _unfold(node, document.value, (), lambda path: name(document.span(path)))
    text: str = yaml.serialize(node, Dumper=SpecDumper, width=math.inf, allow_unicode=True)
    return text


def _unfold(node: yaml.Node, value: Any, path: Path, origin: Callable[[Path], str]) -> set[str]:
    """Break up what stands on one line but was set in several places; give the places of all values below."""
    if not value or not isinstance(node, yaml.CollectionNode):
        return {origin(path)}
    items = enumerate(value) if isinstance(value, list) else value.items()
    children = [child[1] if isinstance(child, tuple) else child for child in node.value]
    places: set[str] = set()
    for child, (key, item) in zip(children, items, strict=True):
        places |= _unfold(child, item, (*path, key), origin)
    if len(places) > 1:
        node.flow_style = False
    return places


def _leaves(value: Any, path: Path) -> Iterator[Path]:
    if not value or not isinstance(value, dict | list):
        yield path
        return
    for key, item in enumerate(value) if isinstance(value, list) else value.items():
        yield from _leaves(item, (*path, key))
