"""The learning rate as a value: a pure function of the step, and for a plateau of the metrics so far.

Framework-free, so that it can be plotted, tested and saved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from resnet_spec.spec.train import Constant, Cosine, Plateau, Schedule


@dataclass(frozen=True, slots=True)
class Counters:
    """What a schedule remembers of the epochs so far; all of it is part of a checkpoint."""

    base: float
    """The optimizer's learning rate; lowered by a plateau."""
    best: float | None = None
    """Plateau only: the best value so far."""
    wait: int = 0
    """Plateau only: epochs since then."""
    cooldown: int = 0
    """Plateau only: epochs left in which nothing is counted."""


@dataclass(frozen=True, slots=True)
class Rate:
    """The learning rates of a run."""

    schedule: Schedule
    steps_per_epoch: int
    epochs: int

    def at(self, step: int, counters: Counters) -> float:
        """Give the rate of a step, counted from 0 over the whole run."""
        match self.schedule:
            case Constant() | Plateau():
                return counters.base
            case Cosine():
                return counters.base * _cosine(self.schedule, step, self.steps_per_epoch, self.epochs)
        assert_never(self.schedule)

    def after_epoch(self, counters: Counters, metrics: Mapping[str, float]) -> Counters:
        """Give the counters to go on with, having seen an epoch's metrics."""
        if isinstance(self.schedule, Plateau):
            return _observe(counters, self.schedule, metrics[self.schedule.monitor])
        return counters


def improves(monitor: str, value: float, best: float | None, min_delta: float) -> bool:
    """Say whether a metric is better than the best so far, by over `min_delta`: accuracies higher, losses lower."""
    if best is None:
        return True
    return value > best + min_delta if monitor.endswith("accuracy") else value < best - min_delta


def _cosine(schedule: Cosine, step: int, steps_per_epoch: int, epochs: int) -> float:
    warmup = schedule.warmup_epochs * steps_per_epoch
    if step < warmup:
        return (step + 1) / (warmup + 1)
    total = epochs * steps_per_epoch
    progress = min(1.0, (step - warmup) / max(1.0, total - warmup))
    return schedule.alpha + (1 - schedule.alpha) * 0.5 * (1 + math.cos(math.pi * progress))


def _observe(counters: Counters, plateau: Plateau, value: float) -> Counters:
    """Count epochs without improvement as `keras.callbacks.ReduceLROnPlateau` does."""
    if counters.cooldown:
        counters = replace(counters, cooldown=counters.cooldown - 1, wait=0)
    if improves(plateau.monitor, value, counters.best, plateau.min_delta):
        return replace(counters, best=value, wait=0)
    if counters.cooldown:
        return counters
    counters = replace(counters, wait=counters.wait + 1)
    if counters.wait < plateau.patience or counters.base <= plateau.min_lr:
        return counters
    lower = max(counters.base * plateau.factor, plateau.min_lr)
    return replace(counters, base=lower, wait=0, cooldown=plateau.cooldown)
