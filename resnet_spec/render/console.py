"""The two streams: facts go to standard output, everything said on the way to standard error."""

from __future__ import annotations

import json
import os
import sys
from contextlib import suppress
from functools import cache
from typing import Any

from rich.console import Console
from rich.text import Text

from resnet_spec.render.printable import printable

_WIDE = 400


class _Console(Console):
    def on_broken_pipe(self) -> None:
        """Say no more where nobody reads, and go on: neither work nor exit code is the reader's affair."""
        self.quiet = True
        stream = sys.stderr if self.stderr else sys.stdout
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())

    def render_str(self, text: str, **options: Any) -> Text:
        """Show text of unknown origin, and do not obey it; only lines are begun."""
        return super().render_str("\n".join(map(printable, text.split("\n"))), **options)


@cache
def out() -> Console:
    """Give standard output; lines are never folded where it is not a terminal."""
    return _console(stderr=False)


@cache
def err() -> Console:
    """Give standard error."""
    return _console(stderr=True)


def let_go(last_words: str = "") -> None:
    """Give a terminal its cursor back and begin a line, where a process ends under a live bar; say the last words.

    No lock is taken and nothing is buffered: whoever draws may hold the one, and the other would be lost. That nobody
    reads keeps no process from ending.
    """
    freed = "\x1b[?25h\n" if sys.stderr.isatty() else ""
    with suppress(OSError):
        os.write(sys.stderr.fileno(), (freed + last_words).encode(errors="backslashreplace"))


def is_read() -> bool:
    """Say whether somebody reads the facts, as far as that is known; where nobody does, no more need to be found."""
    return not out().quiet


def print_text(text: str) -> None:
    """Print text for programs as it is."""
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except BrokenPipeError:
        out().on_broken_pipe()


def print_json(value: Any) -> None:
    """Print a value as one line of JSON."""
    print_text(json.dumps(value) + "\n")


def _console(*, stderr: bool) -> Console:
    stream = sys.stderr if stderr else sys.stdout
    width = None if stream.isatty() else _WIDE
    return _Console(highlight=False, markup=False, emoji=False, stderr=stderr, width=width)
