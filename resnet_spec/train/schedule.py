"""The learning rate as a value: a pure function of the step, and for a plateau of the metrics so far.

Framework-free, so that it can be plotted, tested and saved.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import assert_never

from resnet_spec.spec.schedule import (
    Constant,
    Cosine,
    MultiStep,
    OneCycle,
    Plateau,
    Polynomial,
    Schedule,
    Step,
    Steps,
    Time,
)  # fmt: skip


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

    @property
    def steps(self) -> int:
        """Steps of the whole run."""
        return self.epochs * self.steps_per_epoch

    def at(self, step: int, counters: Counters) -> float:
        """Give the rate of a step, counted from 0 over the whole run."""
        return counters.base * self._share(step)

    def after_epoch(self, counters: Counters, metrics: Mapping[str, float]) -> Counters:
        """Give the counters to go on with, having seen an epoch's metrics."""
        if isinstance(self.schedule, Plateau):
            return _observe(counters, self.schedule, metrics[self.schedule.monitor])
        return counters

    def _share(self, step: int) -> float:
        """Give what the optimizer's learning rate is multiplied by."""
        schedule = self.schedule
        if isinstance(schedule, OneCycle):
            return _cycle(schedule, step / max(1, self.steps - 1))
        warmup = self._count(schedule.warmup)
        left = min(1.0, 1 - (step - warmup) / max(1.0, self.steps - warmup))
        return min(1.0, (step + 1) / (warmup + 1)) * self._decay(schedule, step, left)

    def _decay(
        self, schedule: Constant | Cosine | Polynomial | Step | MultiStep | Plateau, step: int, left: float
    ) -> float:
        """Give the share at a step, when a share of the run after the warm-up is `left`."""
        match schedule:
            case Constant() | Plateau():
                return 1.0
            case Cosine():
                return _between(schedule.alpha, 1.0, 0.5 * (1 - math.cos(math.pi * max(0.0, left))))
            case Polynomial():
                return _between(schedule.alpha, 1.0, max(0.0, left) ** schedule.power)
            case Step():
                return schedule.factor ** math.floor(step / self._count(schedule.every))
            case MultiStep():
                return schedule.factor ** sum(step >= self._count(time) for time in schedule.milestones)
        assert_never(schedule)

    def _count(self, time: Time) -> float:
        """Give a time in steps."""
        return time.steps if isinstance(time, Steps) else time * self.steps_per_epoch


def improves(monitor: str, value: float, best: float | None, min_delta: float) -> bool:
    """Say whether a metric is better than the best so far, by over `min_delta`: accuracies higher, losses lower."""
    if best is None:
        return True
    return value > best + min_delta if monitor.endswith("accuracy") else value < best - min_delta


def _between(low: float, high: float, share: float) -> float:
    return low + (high - low) * share


def _cycle(schedule: OneCycle, over: float) -> float:
    """Give the share when a share of the run is over."""
    if over < schedule.peak:
        low, climbed = schedule.initial, over / schedule.peak
    else:
        low, climbed = schedule.alpha, max(0.0, (1 - over) / (1 - schedule.peak))
    return _between(low, 1.0, climbed if schedule.anneal == "linear" else 0.5 * (1 - math.cos(math.pi * climbed)))


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
