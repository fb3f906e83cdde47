"""Diagnostics -> text with the line that they are about and a caret under the place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rich.cells import cell_len
from rich.text import Text

from resnet_spec.diagnostic import Diagnostic, Span
from resnet_spec.render.console import err
from resnet_spec.render.printable import printable

_MOST = 100
_WINDOW = 240
"""Characters of a long line that are shown around the place."""


def print_diagnostics(diagnostics: Sequence[Diagnostic]) -> None:
    """Print faults to standard error, each with its place, and how many there are.

    Of a spec's faults, a hundred are enough to begin with, and `check` tells the others; what is wrong with files would
    not be said again.
    """
    console = err()
    shown = [diagnostic for number, diagnostic in enumerate(diagnostics) if number < _MOST or diagnostic.span is None]
    for diagnostic in shown:
        console.print(_text(diagnostic), soft_wrap=True)
    if hidden := len(diagnostics) - len(shown):
        console.print(f"and {hidden} more (`check --json` gives all)", soft_wrap=True)
    if len(diagnostics) > 1:
        console.print(f"{len(diagnostics)} errors", style="bold", soft_wrap=True)


def _text(diagnostic: Diagnostic) -> Text:
    text = Text()
    text.append(f"error[{diagnostic.code}]", style="bold red")
    text.append(f": {printable(diagnostic.message)}\n", style="bold")
    width = 1
    if diagnostic.span:
        width = len(str(diagnostic.span.line))
        for line, style in _excerpt(diagnostic.span, width):
            text.append(line + "\n", style=style)
    for note in _notes(diagnostic):
        text.append(f"{' ' * width} = {note}\n")
    return text


def _notes(diagnostic: Diagnostic) -> Iterator[str]:
    for span, label in diagnostic.related:
        yield f"{printable(label)}: {printable(str(span))}"
    if diagnostic.help:
        yield f"help: {printable(diagnostic.help)}"


def _excerpt(span: Span, width: int) -> Iterator[tuple[str, str]]:
    whole = span.source.line(span.line)
    end = span.end_column if span.end_line == span.line else len(whole) + 1
    first = max(0, span.column - 1 - _WINDOW // 2) if len(whole) > _WINDOW else 0
    line, start = whole[first : first + _WINDOW], span.column - 1 - first
    before, marked = _shown(line[:start]), _shown(line[start : end - 1 - first].rstrip())
    gutter = " " * width
    yield f"{gutter}--> {printable(str(span))}", "blue"
    yield f"{gutter} |", "blue"
    yield f"{span.line} | {_shown(line)}", ""
    yield f"{gutter} | {' ' * cell_len(before)}{'^' * max(1, cell_len(marked))}", "bold red"


def _shown(text: str) -> str:
    return printable(text.replace("\t", "    "))
