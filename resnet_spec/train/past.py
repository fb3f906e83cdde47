"""The nouns of what a run remembers of itself that its spec does not say."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Start:
    """Trained weights that a run began with, in the place of its spec's initializers."""

    path: str
    """Their directory, as it was given."""
    sha256: str
    """Of the file that held them."""
    spec: str
    """The resolved spec that lay beside them; the run's own differs from it by what was said."""


@dataclass(frozen=True, slots=True)
class Turn:
    """A point from which a run went on otherwise than it was planned, or elsewhere."""

    epoch: int
    """Under way, from 1."""
    step: int
    """Steps of it that were made."""
    planned_epochs: int
    """How many the run was to have until then."""
    ended: bool
    """Whether it had come to their end, and nothing but their number is another: then commands can do it again."""
    plan: tuple[str, ...]
    """What changed in what is done, in words."""
    environment: tuple[str, ...]
    """What changed in what it is done with, in words."""


@dataclass(frozen=True, slots=True)
class Past:
    """How a run began, and where it turned."""

    start: Start | None = None
    turns: tuple[Turn, ...] = ()

    def gone_on(self, turn: Turn) -> Past:
        """Add a turn, where anything changed at it."""
        return replace(self, turns=(*self.turns, turn)) if turn.plan or turn.environment else self
