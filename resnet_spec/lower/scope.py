"""What the names in a sequence's sizes stand for, and where each was said."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from resnet_spec.diagnostic import Path
from resnet_spec.lower.guess import Guess

Value = int | float | Fraction


@dataclass(frozen=True, slots=True)
class Scope:
    """Values by name while one sequence is lowered.

    `said_at` gives the path of the setting that a value came from; `used_by` is the path of the stage; `guessed` are
    names whose values stand in for what is wrong.
    """

    values: dict[str, Value] = field(default_factory=dict)
    said_at: dict[str, Path] = field(default_factory=dict)
    used_by: Path | None = None
    guessed: frozenset[str] = frozenset()

    def having(self, name: str, value: Value, *, said_at: Path | None = None, guess: bool = False) -> Scope:
        """Give a scope in which `name` also has a value, which a setting may have said, and which may be a guess."""
        doubt = self.guessed | {name} if guess or isinstance(value, Guess) else self.guessed
        places = {**self.said_at, name: said_at} if said_at else self.said_at
        return Scope({**self.values, name: value}, places, self.used_by, doubt)

    def knows(self, names: Iterable[str]) -> bool:
        """Say whether all of some names have values that are not guesses."""
        return all(name in self.values and name not in self.guessed for name in names)
