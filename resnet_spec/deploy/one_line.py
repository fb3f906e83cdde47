"""Text from outside -> one line of it, in which nothing is hidden."""

from __future__ import annotations

import json


def one_line(text: str) -> str:
    r"""Write what would end the line, or cannot be seen, as an escape.

    >>> print(one_line("cat\ndog"))
    cat\ndog
    """
    return "".join(c if c.isprintable() else json.dumps(c)[1:-1] for c in text)
