"""The nouns of a run's log: one epoch, and who is told of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Epoch:
    """What one epoch gave; loss and accuracy are means over its steps, penalties of the model included in a loss."""

    epoch: int
    """Counted from 1."""
    loss: float
    accuracy: float
    val_loss: float
    val_accuracy: float
    learning_rate: float
    """At the end of the epoch."""
    seconds: float
    """Training and validation."""
    images_per_second: float
    """Of training alone."""
    best: bool
    """Whether its weights were kept as the best so far."""
    dropped_to: float | None
    """The rate from the next epoch on, where a plateau lowered it."""

    def line(self, epochs: int) -> str:
        """Say it in one line, for logs and quiet terminals."""
        notes = (", best so far" if self.best else "") + (
            f", rate lowered to {self.dropped_to:g}" if self.dropped_to is not None else ""
        )
        return (
            f"epoch {self.epoch}/{epochs}: loss {self.loss:.4f}, accuracy {self.accuracy:.4f}, "
            f"val_loss {self.val_loss:.4f}, val_accuracy {self.val_accuracy:.4f}, rate {self.learning_rate:.3g}, "
            f"{self.seconds:.1f} s, {self.images_per_second:.0f} images/s{notes}"
        )


class Observer(Protocol):
    """Is told how a run goes; draws it, or writes it down."""

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """A step was made: `step` of `steps` in `epoch`, both from 1; loss and accuracy are the epoch's so far."""

    def epoch(self, epoch: Epoch, epochs: int) -> None:
        """An epoch is over."""
