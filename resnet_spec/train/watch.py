"""The times of a run; nothing that they say changes a number of the training."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

_LOOK = 0.1
"""Seconds between two looks at the losses: the host does not wait for the device after every step."""


@dataclass(slots=True)
class Watch:
    """A clock that is read by the lap and by the epoch."""

    lapped: float = field(default_factory=time.perf_counter)
    begun: float = 0.0
    looked: float = 0.0
    waited: float = 0.0
    """Seconds of this epoch without a batch."""
    images: int = 0
    """How many were trained on in this epoch."""

    def begin_epoch(self) -> None:
        """Begin to count."""
        self.begun = self.looked = time.perf_counter()
        self.waited, self.images = 0.0, 0

    def time_to_look(self) -> bool:
        """Whether the last yes is long enough ago."""
        now = time.perf_counter()
        if now - self.looked < _LOOK:
            return False
        self.looked = now
        return True

    def lap(self) -> float:
        """Give the seconds since the last lap."""
        now = time.perf_counter()
        self.lapped, before = now, self.lapped
        return now - before

    def speed(self, batch_size: int) -> tuple[float, float, float] | tuple[None, None, None]:
        """Give images a second, seconds a step, and the share that went into waiting; nothing without a step."""
        if not self.images:
            return None, None, None
        seconds = max(self.epoch_seconds(), 1e-9)
        return self.images / seconds, seconds * batch_size / self.images, self.waited / seconds

    def epoch_seconds(self) -> float:
        """Give the seconds since the epoch began."""
        return time.perf_counter() - self.begun
