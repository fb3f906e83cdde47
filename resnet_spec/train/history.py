"""The nouns of a run's log: what one epoch gave, what it took, and who is told of it."""

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
    best: bool
    """Whether its weights were kept as the best so far."""
    dropped_to: float | None
    """The rate from the next epoch on, where a plateau lowered it."""


@dataclass(frozen=True, slots=True)
class Timing:
    """What an epoch took; apart from the epoch, whose numbers are the same on every run of the same spec.

    The speed is that of the process that ended the epoch; unknown where it did nothing of it but validate.
    """

    epoch: int
    seconds: float
    """Training and validation."""
    images_per_second: float | None
    """Of training alone."""
    step_seconds: float | None
    """Mean time from one step to the next."""
    data_wait: float | None
    """Share of the training time in which the step waited for its batch."""

    @property
    def speed(self) -> tuple[float, float, float] | None:
        """Images a second, seconds a step, share of waiting; all of them or nothing."""
        if self.images_per_second is None or self.step_seconds is None or self.data_wait is None:
            return None
        return self.images_per_second, self.step_seconds, self.data_wait


def epoch_line(epoch: Epoch, timing: Timing, epochs: int) -> str:
    """Say an epoch in one line, for logs and quiet terminals."""
    notes = (", best so far" if epoch.best else "") + (
        f", rate lowered to {epoch.dropped_to:g}" if epoch.dropped_to is not None else ""
    )
    speed = ""
    if timing.speed is not None:
        images, step, wait = timing.speed
        speed = f", {images:.0f} images/s, {1000 * step:.1f} ms a step, {wait:.0%} of it waiting for data"
    return (
        f"epoch {epoch.epoch}/{epochs}: loss {epoch.loss:.4f}, accuracy {epoch.accuracy:.4f}, "
        f"val_loss {epoch.val_loss:.4f}, val_accuracy {epoch.val_accuracy:.4f}, rate {epoch.learning_rate:.3g}, "
        f"{timing.seconds:.1f} s{speed}{notes}"
    )


class Observer(Protocol):
    """Is told how a run goes; draws it, or writes it down."""

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Steps were made up to `step` of `steps` in `epoch`, both from 1; loss and accuracy are the epoch's so far."""

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        """An epoch is over."""
