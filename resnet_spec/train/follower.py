"""What a process that does not lead keeps of a run, and says of it: nothing. See `Devices.leads`."""

from __future__ import annotations

from collections.abc import Callable

from resnet_spec.train.history import Epoch, Timing
from resnet_spec.train.state import State


class Follower:
    """A `Keeper` and an `Observer`."""

    def __init__(self, told: Callable[[], bool]) -> None:
        self.stopping = told

    def due(self) -> bool:
        """Never save: process 0 does."""
        return False

    def save(self, state: State) -> None:
        """Keep nothing."""

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Say nothing."""

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        """Say nothing."""
