"""The rule that changes a network's weights after a step: its optimizers, and the average that follows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import keras
from keras import ops

from resnet_spec.backends.keras_weights import named_weights
from resnet_spec.backends.path_name import path_name
from resnet_spec.backends.runtime import Batch
from resnet_spec.ir import Graph
from resnet_spec.spec.train import Train
from resnet_spec.spec.treatment import treatment
from resnet_spec.train.average import make_average
from resnet_spec.train.make_optimizer import make_optimizer


@dataclass(frozen=True, slots=True)
class _Part:
    """Weights that one optimizer changes, at one rate, in the same epochs."""

    optimizer: Any
    factor: float
    variables: dict[str, keras.Variable]


class Update:
    """Optimizers and average of one network; every variable of theirs is part of a checkpoint."""

    def __init__(self, train: Train, model: keras.Model, graph: Graph) -> None:
        self._train = train
        weights = dict(named_weights(model, graph))
        self.learnt = {name: variable for name, variable in weights.items() if variable.trainable}
        self._parts = _parts(train, self.learnt)
        self.average = make_average(train.average, weights) if train.average else None

    def apply(self, gradients: Mapping[str, Any], batch: Batch) -> None:
        """Inside a program: change the weights that there are gradients for.

        Args:
            gradients: by name, as in `learnt`.
            batch: its `rate`; its `step`, from 1; and `over`, the share of the run that is over after it.
        """
        clipped = self._clip(gradients)
        for part in self._parts:
            names = [name for name in part.variables if name in clipped]
            if names:
                part.optimizer.learning_rate = batch["rate"] * part.factor
                part.optimizer.apply([clipped[name] for name in names], [part.variables[name] for name in names])
        if self.average is not None:
            self.average.follow(batch["step"], batch["over"])

    def state(self) -> Iterator[tuple[str, keras.Variable]]:
        """Give every variable with its name, which is the same on every backend."""
        for number, part in enumerate(self._parts, 1):
            for place, variable in enumerate(part.optimizer.variables):
                _, own, name = variable.path.partition(f"optimizer{number}/")
                # Nadam's product is nobody's by its path, which counts the variables of the process.
                yield f"optimizer.{number}.{path_name(name) if own else place}", variable
        if self.average is not None:
            for name, variable in self.average.variables.items():
                yield f"average.{name}", variable

    def _clip(self, gradients: Mapping[str, Any]) -> Mapping[str, Any]:
        limit, norm_limit = self._train.clipvalue, self._train.global_clipnorm
        if limit is not None:
            gradients = {name: ops.clip(value, -limit, limit) for name, value in gradients.items()}
        if norm_limit is not None:
            norm = ops.sqrt(sum(ops.sum(ops.square(value)) for value in gradients.values()))
            scale = norm_limit / ops.maximum(norm, norm_limit)
            gradients = {name: value * scale for name, value in gradients.items()}
        return gradients


def _parts(train: Train, learnt: Mapping[str, keras.Variable]) -> list[_Part]:
    """Gather the weights that are treated alike, in the order of the network; none that is never trained.

    Weights of other epochs have an optimizer of their own, whose count of steps begins when they do: Adam divides
    young moments by what that count says is missing of them.
    """
    alike: dict[str, tuple[Any, float, dict[str, keras.Variable]]] = {}
    for name, variable in learnt.items():
        found = treatment(train, name)
        if found.trainable is not False:
            alike.setdefault(repr(found), (found.optimizer, found.factor, {}))[2][name] = variable
    parts = []
    for number, (chosen, factor, variables) in zip(count(1), alike.values(), strict=False):
        optimizer = make_optimizer(chosen, f"optimizer{number}")
        optimizer.build(list(variables.values()))
        parts.append(_Part(optimizer, factor, variables))
    return parts
