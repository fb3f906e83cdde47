"""What is wrong, where, and how to mend it.

Enters: nothing; every other room makes these. Leaves: values that `render` prints and `--json` dumps.
Nothing here reads files, prints, or knows a framework.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum


class Code(StrEnum):
    """Stable names of faults; a code never changes its meaning."""

    YAML_SYNTAX = "RS101"
    YAML_DUPLICATE_KEY = "RS102"
    YAML_FEATURE = "RS103"
    YAML_SCALAR = "RS104"
    YAML_ENCODING = "RS105"
    YAML_EMPTY = "RS106"
    YAML_LIMIT = "RS107"
    SPEC_NOT_FOUND = "RS108"
    EXTENDS = "RS109"
    OVERRIDE = "RS110"
    UNKNOWN_KEY = "RS201"
    MISSING_KEY = "RS202"
    WRONG_TYPE = "RS203"
    WRONG_VALUE = "RS204"
    UNKNOWN_KIND = "RS205"
    UNKNOWN_BLOCK = "RS301"
    UNUSED_BLOCK = "RS302"
    UNKNOWN_NAME = "RS303"
    UNUSED_PARAMETER = "RS304"
    NOT_WHOLE = "RS305"
    SHAPE = "RS306"
    HEAD = "RS307"
    EXPECTATION = "RS308"
    CONFLICT = "RS309"
    TOO_LARGE = "RS310"
    DATA_NOT_FOUND = "RS401"
    DATA_LAYOUT = "RS402"
    DATA_IMAGE = "RS403"
    DATA_ARCHIVE = "RS404"
    DATA_CHECKSUM = "RS405"
    DATA_MISMATCH = "RS406"
    RUN_DIRECTORY = "RS501"
    NOT_FINITE = "RS502"
    WEIGHTS = "RS503"
    ENVIRONMENT = "RS504"
    EXPORT_PARITY = "RS601"
    EXPORT_INVALID = "RS602"
    ONNX_INVALID = "RS603"
    INPUT_REFUSED = "RS604"
    ACCURACY_DROP = "RS605"
    COUNTS_DIFFER = "RS901"


_LINE_BREAK = re.compile(r"\r\n|\r|\n")

Path = tuple[str | int, ...]
"""Where a value stands in a document: keys and list positions from the top."""


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A text that spans point into: a file, a shipped block, or the command line's `--set`."""

    name: str
    text: str = field(repr=False)

    @property
    def shipped(self) -> bool:
        """Whether it came with the package, so that the user's own file is the better place to point at."""
        return self.name.startswith("<shipped>/")

    def line(self, number: int) -> str:
        """Give line `number`, counted from 1, without its line break."""
        lines = _LINE_BREAK.split(self.text)
        return lines[number - 1] if 0 < number <= len(lines) else ""

    def character(self, index: int) -> Span:
        """Give the place of the character at `index`, counted from 0."""
        lines = _LINE_BREAK.split(self.text[:index])
        column = len(lines[-1]) + 1
        return Span(self, len(lines), column, len(lines), column + 1)


@dataclass(frozen=True, slots=True)
class Span:
    """A place in a source; lines and columns count characters from 1, the end is exclusive."""

    source: Source
    line: int
    column: int
    end_line: int
    end_column: int

    def __str__(self) -> str:
        return f"{self.source.name}:{self.line}:{self.column}"


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One fault: a stable code, a sentence, a place if there is one, and what to do."""

    code: Code
    message: str
    span: Span | None = None
    help: str = ""
    related: tuple[tuple[Span, str], ...] = ()

    @property
    def order(self) -> tuple[str, int, int, str]:
        """The key that sorts diagnostics by file, line, column, code."""
        if self.span is None:
            return ("", 0, 0, self.code)
        return (self.span.source.name, self.span.line, self.span.column, self.code)

    def to_dict(self) -> dict[str, object]:
        """Give the object that `--json` prints."""
        span = self.span
        return {
            "code": str(self.code),
            "message": self.message,
            "file": span.source.name if span else None,
            "line": span.line if span else None,
            "column": span.column if span else None,
            "help": self.help,
        }


class Failure(Exception):
    """The end of a command, with everything that a person needs to go on; `exit_code` is the process's."""

    exit_code = 70

    def __init__(self, *diagnostics: Diagnostic) -> None:
        super().__init__("; ".join(d.message for d in diagnostics))
        self.diagnostics = in_order(diagnostics)


class SpecErrors(Failure):
    """The spec is wrong."""

    exit_code = 1


class InputError(Failure):
    """Data, a file or the environment is not as it must be."""

    exit_code = 3


class CheckFailed(Failure):
    """A check of our own did not hold: an expectation, ONNX parity, a finite loss."""

    exit_code = 4


def in_order(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Sort by place and drop what is said twice."""
    unique = dict.fromkeys(diagnostics)
    return tuple(sorted(unique, key=lambda d: d.order))


def did_you_mean(word: str, known: Sequence[str]) -> str:
    """Give ``did you mean `x`?`` for the nearest known word, or an empty string.

    >>> did_you_mean("lrr", ["lr", "momentum"])
    'did you mean `lr`?'
    """
    near = nearest(word, known)
    return f"did you mean `{near}`?" if near else ""


def nearest(word: str, known: Sequence[str]) -> str:
    """Give the known word that is spelt most alike, or an empty string; case and look-alikes (O and 0) do not count.

    >>> nearest("Gelu", ["elu", "gelu"]), nearest("resnet5O", ["resnet56", "resnet50"])
    ('gelu', 'resnet50')
    """
    seen_as = {_look(candidate): candidate for candidate in reversed(known)}
    near = difflib.get_close_matches(_look(word), seen_as, n=1, cutoff=0.6)
    return seen_as[near[0]] if near else ""


def _look(word: str) -> str:
    return word.casefold().translate(_LOOK_ALIKES)


_LOOK_ALIKES = str.maketrans("0li", "o11")
