"""What the names in a sequence's sizes stand for, and where each was said."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction

from resnet_spec.diagnostic import Path

Value = int | float | Fraction


@dataclass(frozen=True, slots=True)
class Scope:
    """Values by name while one sequence is lowered.

    `said_at` gives the path of the setting that a value came from; `used_by` is the path of the stage.
    """

    values: dict[str, Value] = field(default_factory=dict)
    said_at: dict[str, Path] = field(default_factory=dict)
    used_by: Path | None = None

    def having(self, name: str, value: Value) -> Scope:
        """Give a scope in which `name` also has a value."""
        return Scope({**self.values, name: value}, self.said_at, self.used_by)
