"""SIGINT and SIGTERM: the first asks a run to stop after its step, the second ends the process at once."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

RESUMABLE = 75
"""Exit code of a run that was stopped and can go on (EX_TEMPFAIL)."""


@contextmanager
def until_told(announce: Callable[[str], None], leave: Callable[[], None]) -> Iterator[Callable[[], bool]]:
    """Catch the signals; give a function that says whether one came.

    A thread of its own hears them, for Python runs handlers only between two steps, which may take seconds. Once what
    was told to stop has stopped, signals are ignored for good: what is left is to say so, with the right exit code.

    Args:
        announce: told of the first signal, when it comes.
        leave: what there is to do before the process ends at once; in that thread, whatever the others hold.
    """
    told = threading.Event()
    reader, writer = os.pipe()
    os.set_blocking(writer, False)

    def listen() -> None:
        while signals := os.read(reader, 2):
            if told.is_set() or len(signals) > 1:
                try:
                    leave()
                finally:
                    os._exit(RESUMABLE)
            told.set()
            announce("stopping once this step or part is done; once more to stop at once")
        os.close(reader)

    def nothing(_signal: int, _frame: FrameType | None) -> None:
        """Be there: the signal's number goes to the pipe only where a handler is set."""

    before = {number: signal.signal(number, nothing) for number in (signal.SIGINT, signal.SIGTERM)}
    woken = signal.set_wakeup_fd(writer)
    threading.Thread(target=listen, daemon=True).start()
    try:
        yield told.is_set
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if told.is_set() else handler)
        signal.set_wakeup_fd(woken)
        os.close(writer)
