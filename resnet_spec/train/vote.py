"""A yes or no of every process of a run -> one answer that all of them act on at the same step.

Processes look at their own clocks and hear their own signals; but a step is made by all of them, or hangs.
"""

from __future__ import annotations

from collections import deque
from typing import Any

from resnet_spec.backends.ask_all import ask_all
from resnet_spec.backends.find_devices import find_devices

_LAG = 2


class Vote:
    """One question, asked again and again until a process says yes; from then on the answer is yes."""

    def __init__(self) -> None:
        self.lag = _LAG if find_devices().processes > 1 else 0
        """Questions between one and its answer, so that the devices are not waited for; the same in all processes."""
        self._open: deque[Any] = deque()
        self._yes = False

    def ask(self, yes: bool) -> bool:
        """Say whether any process said yes, `lag` questions ago; alone, now."""
        if not self._yes:
            self._open.append(ask_all(yes))
            self._yes = len(self._open) > self.lag and bool(self._open.popleft())
        return self._yes
