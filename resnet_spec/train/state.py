"""The nouns of a run under way: everything that decides how it goes on, as arrays by name and as plain numbers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from resnet_spec.train.history import Epoch
from resnet_spec.train.schedule import Counters

Arrays = dict[str, np.ndarray]


@dataclass(frozen=True, slots=True)
class Sums:
    """Loss and hits over the images of an epoch so far."""

    images: int = 0
    loss: float = 0.0
    """Mean losses of the steps, each times its images."""
    correct: float = 0.0

    def plus(self, images: int, loss: float, correct: float) -> Sums:
        """Add a batch: its images, their mean loss, and its hits."""
        return Sums(self.images + images, self.loss + loss * images, self.correct + correct)

    @property
    def means(self) -> dict[str, float]:
        """Loss and accuracy an image."""
        return {"loss": self.loss / self.images, "accuracy": self.correct / self.images}


@dataclass(frozen=True, slots=True)
class Patience:
    """What early stopping has counted."""

    best: float | None = None
    wait: int = 0
    """Epochs since then."""


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a run stands, and what it has counted so far."""

    rate: Counters
    epoch: int = 1
    """The epoch under way, from 1; one more than there are when the run is over."""
    step: int = 0
    """Steps of that epoch that are made; after the last of them the validation is still to come."""
    sums: Sums = Sums()
    patience: Patience = Patience()
    best: float | None = None
    """The monitored metric of the best epoch so far, whose weights the state holds."""
    epochs: tuple[Epoch, ...] = ()
    """Those that are over."""
    last_loss: float | None = None
    """Of the step before, for the message when a loss is not finite."""
    seconds: float = 0.0
    """Spent so far, in all the processes of the run."""
    left_out: int = 0
    """Steps that the epoch before did not make, because the time was over."""


@dataclass(frozen=True, slots=True, eq=False)
class State:
    """A run between two steps."""

    progress: Progress
    arrays: Arrays
    """`weights.`, `optimizer.`, `average.` and `best.`, each followed by a path name."""


def best_weights(state: State) -> Arrays:
    """Give the weights of the best epoch so far, by path name; none before the first epoch is over."""
    return {name.removeprefix("best."): array for name, array in state.arrays.items() if name.startswith("best.")}
