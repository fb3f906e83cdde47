"""Text from outside -> one line of Markdown that shows it and does nothing else.

For running text and table cells. Blocks of text belong into `fence_markdown`.
"""

from __future__ import annotations

import re

from resnet_spec.report.make_visible import make_visible

_ACTIVE = re.compile(r"[\\`*_{}\[\]<>|!&~#$@^]|:(?=//)|(?<=www)\.", re.IGNORECASE)
"""What starts a span, a cell, a tag, an entity, a link, a mention, or a link that a renderer makes by itself."""
_LEADING = re.compile(r"^(\d+(?=[.)](?:\s|$))|)([-+=.)])")
"""What starts a list, a rule or a heading at the beginning of a line."""


def escape_markdown(text: str) -> str:
    r"""Put a backslash before everything that CommonMark or GitHub would act on; line breaks become `\n`.

    >>> print(escape_markdown("a|b`c\n![x](http://y)"))
    a\|b\`c\\n\!\[x\](http\://y)
    """
    line = make_visible(text, one_line=True).strip()
    return _LEADING.sub(r"\1\\\2", _ACTIVE.sub(r"\\\g<0>", line))
