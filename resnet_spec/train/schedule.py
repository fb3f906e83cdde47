"""The learning rate as a value: a pure function of the step, and for a plateau of the metrics so far.

Framework-free, so that it can be plotted, tested and saved.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import assert_never

from resnet_spec.spec.train import Constant, Cosine, Plateau, Schedule


@dataclass(frozen=True, slots=True)
class Rate:
    """A learning rate on its way through a run."""

    schedule: Schedule
    base: float
    """The optimizer's learning rate; lowered by a plateau."""
    steps_per_epoch: int
    epochs: int
    best: float | None = None
    """Plateau only: the best value so far."""
    wait: int = 0
    """Plateau only: epochs since then."""
    cooldown: int = 0
    """Plateau only: epochs left in which nothing is counted."""

    def at(self, step: int) -> float:
        """Give the rate of a step, counted from 0 over the whole run."""
        match self.schedule:
            case Constant() | Plateau():
                return self.base
            case Cosine():
                return self.base * _cosine(self.schedule, step, self.steps_per_epoch, self.epochs)
        assert_never(self.schedule)

    def after_epoch(self, metrics: dict[str, float]) -> Rate:
        """Give the rate to go on with, having seen an epoch's metrics."""
        if isinstance(self.schedule, Plateau):
            return _observe(self, self.schedule, metrics[self.schedule.monitor])
        return self


def _cosine(schedule: Cosine, step: int, steps_per_epoch: int, epochs: int) -> float:
    warmup = schedule.warmup_epochs * steps_per_epoch
    if step < warmup:
        return (step + 1) / (warmup + 1)
    total = epochs * steps_per_epoch
    progress = min(1.0, (step - warmup) / max(1.0, total - warmup))
    return schedule.alpha + (1 - schedule.alpha) * 0.5 * (1 + math.cos(math.pi * progress))


def _observe(rate: Rate, plateau: Plateau, value: float) -> Rate:
    """Count epochs without improvement as `keras.callbacks.ReduceLROnPlateau` does."""
    if rate.cooldown:
        rate = replace(rate, cooldown=rate.cooldown - 1, wait=0)
    if rate.best is None or _improves(plateau, value, rate.best):
        return replace(rate, best=value, wait=0)
    if rate.cooldown:
        return rate
    rate = replace(rate, wait=rate.wait + 1)
    if rate.wait < plateau.patience or rate.base <= plateau.min_lr:
        return rate
    lower = max(rate.base * plateau.factor, plateau.min_lr)
    return replace(rate, base=lower, wait=0, cooldown=plateau.cooldown)


def _improves(plateau: Plateau, value: float, best: float) -> bool:
    if plateau.monitor.endswith("accuracy"):
        return value > best + plateau.min_delta
    return value < best - plateau.min_delta
