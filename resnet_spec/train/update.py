"""The rule that changes a network's weights after a step: its optimizer, and the average that follows."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import keras

from resnet_spec.backends.keras_weights import named_weights
from resnet_spec.backends.runtime import Batch
from resnet_spec.ir import Graph
from resnet_spec.spec.train import Train
from resnet_spec.train.average import Average
from resnet_spec.train.make_optimizer import make_optimizer


class Update:
    """Optimizer and average of one network; every variable of theirs is part of a checkpoint."""

    def __init__(self, train: Train, model: keras.Model, graph: Graph) -> None:
        self.learnt = list(model.trainable_variables)
        self._optimizer = make_optimizer(train.optimizer)
        self._optimizer.build(self.learnt)
        self.average = Average(train.ema, list(named_weights(model, graph))) if train.ema else None

    def apply(self, gradients: Sequence[Any], batch: Batch) -> None:
        """Inside a program: change the weights.

        Args:
            gradients: one for each of `learnt`.
            batch: its `rate`, and its `step`, from 1.
        """
        self._optimizer.learning_rate = batch["rate"]
        self._optimizer.apply(gradients, self.learnt)
        if self.average is not None:
            self.average.follow(batch["step"])

    def state(self) -> Iterator[tuple[str, keras.Variable]]:
        """Give every variable with its name."""
        for variable in self._optimizer.variables:
            yield f"optimizer.{variable.path.partition('/')[2]}", variable
        if self.average is not None:
            for name, variable in self.average.variables:
                yield f"average.{name}", variable
