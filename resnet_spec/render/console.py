"""The two streams: facts go to standard output, everything said on the way to standard error."""

from __future__ import annotations

from functools import cache

from rich.console import Console

_WIDE = 400


@cache
def out() -> Console:
    """Give standard output; lines are never folded where it is not a terminal."""
    console = Console(highlight=False, markup=False, emoji=False)
    return console if console.is_terminal else Console(highlight=False, markup=False, emoji=False, width=_WIDE)


@cache
def err() -> Console:
    """Give standard error."""
    console = Console(highlight=False, markup=False, emoji=False, stderr=True)
    if console.is_terminal:
        return console
    return Console(highlight=False, markup=False, emoji=False, stderr=True, width=_WIDE)
