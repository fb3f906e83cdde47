"""Text from outside -> a fenced block of Markdown that the text cannot end."""

from __future__ import annotations

import re

from resnet_spec.report.make_visible import make_visible


def fence_markdown(text: str, language: str = "") -> str:
    """Put text into a fence that is longer than any run of backticks in it."""
    content = make_visible(text).rstrip("\n")
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{content}\n{fence}"
