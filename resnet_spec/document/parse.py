"""Source -> Document: PyYAML finds the tokens; composing, scalars and limits are ours.

PyYAML's own loaders lose positions, take duplicate keys and aliases, and read YAML 1.1 (`no` is false, `1e-4` is text).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from resnet_spec.diagnostic import Code, Diagnostic, Path, Source, Span, SpecErrors
from resnet_spec.document.document import Document
from resnet_spec.document.refuse_hidden import refuse_hidden
from resnet_spec.document.scalar import ScalarFault, resolve_scalar

MAX_DEPTH = 64
MAX_NODES = 20_000
MAX_KEY = 200
MAX_TEXT = 10_000

_SURROGATE = re.compile("[\ud800-\udfff]")


def parse(source: Source) -> Document:
    """Read one YAML document of plain mappings, lists and scalars.

    Raises:
        SpecErrors: the text is not YAML, or uses what specs do without (aliases, tags, directives, duplicate keys).
    """
    refuse_hidden(source)
    composer = _Composer(source)
    try:
        composer.run()
    except _NoCharacter as error:
        line, column = error.args
        message, help = "an escape or a version that no character or number has", "check the digits"
        composer.fault(Code.YAML_SYNTAX, message, help, _point(source, line, column))
    except yaml.MarkedYAMLError as error:
        mark = _mark(error)
        composer.fault(Code.YAML_SYNTAX, *_explain(source, error), _point(source, mark.line, mark.column))
    if composer.faults:
        raise SpecErrors(*composer.faults)
    if () not in composer.values or composer.root is None:
        raise SpecErrors(
            Diagnostic(
                Code.YAML_EMPTY,
                "the spec is empty",
                _point(source, 0, 0),
                "`resnet-spec zoo` lists specs to start from",
            )
        )
    return Document(composer.root, composer.keys, composer.values)


class _Composer:
    """Builds values from events without recursion, collecting faults on the way."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.faults: list[Diagnostic] = []
        self.keys: dict[Path, Span] = {}
        self.values: dict[Path, Span] = {}
        self.root: Any = None
        self._open: list[_Open] = []
        self._nodes = 0

    def run(self) -> None:
        documents = 0
        for event in _events(self.source.text):
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    self.fault(
                        Code.YAML_FEATURE, "a second document starts here", "one file holds one spec", self._span(event)
                    )
                    return
                if event.version or event.tags:
                    self.fault(Code.YAML_FEATURE, "directives are not part of the language", "delete the line that "
                               "starts with `%`", self._span(event))  # fmt: skip
            elif isinstance(event, yaml.NodeEvent):
                if not self._node(event):
                    return
            elif isinstance(event, yaml.CollectionEndEvent):
                self._close(event)

    def fault(self, code: Code, message: str, help: str, span: Span, *related: tuple[Span, str]) -> None:
        self.faults.append(Diagnostic(code, message, span, help, related))

    def _node(self, event: yaml.NodeEvent) -> bool:
        self._nodes += 1
        if len(self._open) >= MAX_DEPTH or self._nodes > MAX_NODES:
            deep = len(self._open) >= MAX_DEPTH
            what = f"is nested deeper than {MAX_DEPTH} levels" if deep else f"has more than {MAX_NODES:,} values"
            self.fault(Code.YAML_LIMIT, f"the spec {what}", "no network needs that: simplify it", self._span(event))
            return False
        self._refuse_features(event)
        self._refuse_length(event)
        span = self._span(event)
        if isinstance(event, yaml.ScalarEvent):
            self._add(self._scalar(event, span), span, event)
        elif isinstance(event, yaml.AliasEvent):
            self._add(None, span, event)
        else:
            value: Any = {} if isinstance(event, yaml.MappingStartEvent) else []
            path = self._add(value, span, event)
            self._open.append(_Open(value, path))
        return True

    def _refuse_features(self, event: yaml.NodeEvent) -> None:
        help = "write the value out where it is used; `extends` shares whole specs"
        if isinstance(event, yaml.AliasEvent):
            self.fault(
                Code.YAML_FEATURE, f"alias `*{event.anchor}` is not part of the language", help, self._span(event)
            )
        elif event.anchor:
            self.fault(
                Code.YAML_FEATURE, f"anchor `&{event.anchor}` is not part of the language", help, self._span(event)
            )
        tag = getattr(event, "tag", None)
        if tag:
            tag = tag.replace("tag:yaml.org,2002:", "!!")
            self.fault(
                Code.YAML_FEATURE, f"tag `{tag}` is not part of the language", "delete the tag", self._span(event)
            )

    def _refuse_length(self, event: yaml.NodeEvent) -> None:
        if not isinstance(event, yaml.ScalarEvent):
            return
        is_key = self._open and isinstance(self._open[-1].value, dict) and self._open[-1].key is None
        what, most = ("key", MAX_KEY) if is_key else ("text", MAX_TEXT)
        if len(event.value) > most:
            message, help = f"a {what} of {len(event.value):,} characters", f"a {what} has at most {most:,}"
            self.fault(Code.YAML_LIMIT, message, help, self._span(event))
        if _SURROGATE.search(event.value):
            message, help = (
                "an escape that stands for half a character",
                'write the character itself, or `"\\U0001F600"`',
            )
            self.fault(Code.YAML_ENCODING, message, help, self._span(event))

    def _scalar(self, event: yaml.ScalarEvent, span: Span) -> Any:
        if not event.implicit[0]:
            return event.value
        try:
            return resolve_scalar(event.value)
        except ScalarFault as fault:
            message, help = fault.args
            self.fault(Code.YAML_SCALAR, message, help, span)
            return 0

    def _add(self, value: Any, span: Span, event: yaml.NodeEvent) -> Path:
        """Put a value where it belongs; a mapping's next value first waits for its key."""
        if not self._open:
            self.root = value
            self.values[()] = span
            return ()
        parent = self._open[-1]
        if isinstance(parent.value, list):
            path = (*parent.path, len(parent.value))
            parent.value.append(value)
        elif parent.key is None:
            self._key(parent, span, event)
            return parent.path
        else:
            path = (*parent.path, parent.key)
            if not parent.duplicate:
                parent.value[parent.key] = value
            parent.key = None
        if not parent.duplicate:
            self.values[path] = span
        return path

    def _key(self, parent: _Open, span: Span, event: yaml.NodeEvent) -> None:
        text = event.value if isinstance(event, yaml.ScalarEvent) else None
        if text is None:
            self.fault(Code.YAML_FEATURE, "a key is a word, not a list or a mapping", "give the key a name", span)
            text = f"?{len(parent.value)}"
        elif text == "<<" and isinstance(event, yaml.ScalarEvent) and event.implicit[0]:
            self.fault(
                Code.YAML_FEATURE, "merge keys are not part of the language", "`extends` shares whole specs", span
            )
        path = (*parent.path, text)
        parent.key, parent.duplicate = text, text in parent.value
        if parent.duplicate:
            self.fault(
                Code.YAML_DUPLICATE_KEY, f"key `{text}` is given twice", "delete one of them",
                span, (self.keys[path], "first given here"),
            )  # fmt: skip
        else:
            self.keys[path] = span

    def _close(self, event: yaml.CollectionEndEvent) -> None:
        closed = self._open.pop()
        start = self.values.get(closed.path)
        if start is not None:
            end = self._span(event)
            self.values[closed.path] = Span(self.source, start.line, start.column, end.end_line, end.end_column)

    def _span(self, event: yaml.Event) -> Span:
        start, end = event.start_mark, event.end_mark
        assert start is not None
        assert end is not None
        return Span(self.source, start.line + 1, start.column + 1, end.line + 1, end.column + 1)


class _Open:
    """A mapping or list whose end has not come yet."""

    __slots__ = ("duplicate", "key", "path", "value")

    def __init__(self, value: Any, path: Path) -> None:
        self.value = value
        self.path = path
        self.key: str | None = None
        self.duplicate = False


class _NoCharacter(Exception):
    """PyYAML makes a character or a number of digits that stand for none; `args` are line and column from 0."""


def _events(text: str) -> Iterator[yaml.Event]:
    loader = yaml.SafeLoader(text)
    try:
        while loader.check_event():
            yield loader.get_event()  # type: ignore[no-untyped-call]
    except (ValueError, OverflowError):
        raise _NoCharacter(loader.line, loader.column) from None
    finally:
        loader.dispose()


def _point(source: Source, line: int, column: int) -> Span:
    return Span(source, line + 1, column + 1, line + 1, column + 2)


def _mark(error: yaml.MarkedYAMLError) -> Any:
    mark = error.problem_mark or error.context_mark
    assert mark is not None
    return mark


def _explain(source: Source, error: yaml.MarkedYAMLError) -> tuple[str, str]:
    """Say what a syntax error most likely is."""
    mark = _mark(error)
    line = source.line(mark.line + 1)
    problem = error.problem or error.context or "not YAML"
    if "\t" in line[: mark.column + 1]:
        return "a tab is used for indentation", "indent with spaces"
    if "mapping values are not allowed" in problem:
        return "a `:` where none can be", "put text with a colon in quotes, or check the indentation"
    if "expected <block end>" in problem:
        return "the indentation does not match the lines above", "align the keys of one mapping under each other"
    return problem, "check quotes, brackets and indentation up to this place"
