"""A fault in a file that came with the package -> the same fault at the place in the user's file that brought it in."""

from __future__ import annotations

from dataclasses import replace

from resnet_spec.compile.find_spec import find_spec
from resnet_spec.diagnostic import Diagnostic, Failure, Span
from resnet_spec.document import parse_once, read_source

_LABEL = "set in the shipped file"


def point_at_user(name: str, diagnostic: Diagnostic) -> Diagnostic:
    """Give the diagnostic with its first place in a file of the user's, and the shipped place beside it.

    Args:
        name: the spec that was checked, as it was named; where that is a shipped one, there is no file of the user's.
        diagnostic: what was found.
    """
    shipped = diagnostic.span
    if shipped is None or not shipped.source.shipped:
        return diagnostic
    own = next((span for span, _ in diagnostic.related if not span.source.shipped), None) or _extends(name)
    if own is None:
        return diagnostic
    others = tuple(item for item in diagnostic.related if item[0] != own)
    return replace(diagnostic, span=own, related=((shipped, _LABEL), *others))


def _extends(name: str) -> Span | None:
    """Find the key `extends` of a file, or its first line."""
    try:
        file, shown = find_spec(name)
        source = read_source(file, shown)
        document = parse_once(source)
    except Failure:
        return None
    if source.shipped:
        return None
    return document.keys.get(("extends",)) or Span(source, 1, 1, 1, len(source.line(1)) + 1)
