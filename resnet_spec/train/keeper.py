"""The nouns: what a run asks of whoever keeps its state, and how a run that was told to stop ends."""

from __future__ import annotations

from typing import Protocol

from resnet_spec.train.state import State


class Keeper(Protocol):
    """Saves states, and knows when to; a run asks after every step."""

    def due(self) -> bool:
        """Say whether the state after this step is to be saved."""

    def save(self, state: State) -> None:
        """Keep a state for good."""

    def stopping(self) -> bool:
        """Say whether the run was told to stop; it then saves its state, and ends."""


class Stopped(Exception):
    """The run was told to stop; its state is saved, and it can go on from there."""
