"""Text of unknown origin -> text that a terminal shows and does not obey."""

from __future__ import annotations

import unicodedata

# Control characters, surrogates, and format characters such as those that reverse the direction of writing.
_HIDDEN = {"Cc", "Cs", "Cf", "Zl", "Zp"}


def printable(text: str) -> str:
    r"""Write what would move the cursor, change colours or hide as an escape.

    >>> printable("a\x1b[31mb")
    'a\\x1b[31mb'
    """
    return "".join(_escape(c) if unicodedata.category(c) in _HIDDEN else c for c in text)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
