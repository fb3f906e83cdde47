r"""Text from outside -> text in which nothing is hidden.

Control characters, direction overrides and broken encodings become `\x1b`, `\u202e`; line breaks and tabs stay.
What a page or a table needs besides (HTML, Markdown) is escaped where that is written.
"""

from __future__ import annotations

import re

_HIDDEN = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufeff\ufffe\uffff]"
)


def make_visible(text: str, *, one_line: bool = False) -> str:
    r"""Write out every character that a reader cannot see, or an XML file cannot hold; `one_line`: line breaks, too.

    >>> print(make_visible("cat\x1b[31m"))
    cat\x1b[31m
    """
    visible = _HIDDEN.sub(lambda match: _written(ord(match[0])), text)
    return visible.replace("\n", "\\n").replace("\t", "\\t") if one_line else visible


def _written(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"
