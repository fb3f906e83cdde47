"""Pages of `explain` -> plain text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnet_spec.explain import Page
from resnet_spec.render.console import print_text


def print_page(page: Page) -> None:
    """Print a page; fenced examples are indented instead."""
    print_text("\n".join(_plain(page.markdown)) + "\n")


def print_titles(pages: Sequence[Page]) -> None:
    """Print one line a code."""
    print_text("".join(f"{page.code}  {page.title}\n" for page in pages))


def _plain(markdown: str) -> Iterator[str]:
    fenced = False
    for line in markdown.rstrip("\n").split("\n"):
        if line.startswith("```"):
            fenced = not fenced
        else:
            yield f"    {line}" if fenced else line.removeprefix("# ")
