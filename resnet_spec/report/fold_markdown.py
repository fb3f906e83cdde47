"""Markdown and a title -> the same, folded away under the title where it is long; code hosts open it at a click."""

from __future__ import annotations

_LONG = 120


def fold_markdown(block: str, title: str) -> str:
    """Fold a block of many lines; `title` is a word of ours, nothing from outside."""
    lines = block.count("\n")
    if lines <= _LONG:
        return block
    return f"<details>\n<summary>{title}: {lines - 1:,} lines</summary>\n\n{block}\n\n</details>"
