"""Code -> Page, from the Markdown file beside this module."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

from resnet_spec.diagnostic import Code
from resnet_spec.explain.page import Example, Page

_TITLE = re.compile(r"# (?P<code>RS\d{3}): (?P<title>.+)\n")
_FENCED = re.compile(r"^```(?P<language>\w+)\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)


@cache
def explain(code: Code) -> Page:
    """Give the page of a code; every code has one."""
    markdown = (files("resnet_spec") / "explain" / f"{code}.md").read_text(encoding="utf-8")
    title = _TITLE.match(markdown)
    assert title is not None, code
    assert title["code"] == code, code
    meaning = markdown[title.end() :].partition("\nFails:\n")[0].strip()
    examples = tuple(Example(found["language"], found["text"]) for found in _FENCED.finditer(markdown))
    return Page(code, title["title"], meaning, markdown, examples)
