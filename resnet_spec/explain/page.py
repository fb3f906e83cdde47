"""The noun: what there is to say of one error code."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.diagnostic import Code


@dataclass(frozen=True, slots=True)
class Example:
    """A fenced block of a page: a spec (`yaml`), commands (`sh`), or something to look at (`text`)."""

    language: str
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A page of Markdown and what it is made of."""

    code: Code
    title: str
    meaning: str
    """A paragraph or two."""
    markdown: str
    """The whole page, as it is kept."""
    examples: tuple[Example, ...]
    """What fails, and what is right; or none, where no spec and no command is to blame."""
