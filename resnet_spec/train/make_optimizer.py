"""The spec's optimizer -> Keras's."""

from __future__ import annotations

from typing import Any, assert_never

import keras

from resnet_spec.spec.train import Adam, Optimizer, Sgd


def make_optimizer(chosen: Optimizer) -> Any:
    """Make the optimizer; the names of its variables begin with `optimizer/`."""
    match chosen:
        case Sgd():
            return keras.optimizers.SGD(
                chosen.learning_rate,
                chosen.momentum,
                chosen.nesterov,
                weight_decay=chosen.weight_decay,
                name="optimizer",
            )
        case Adam():
            return keras.optimizers.Adam(
                chosen.learning_rate,
                chosen.beta_1,
                chosen.beta_2,
                chosen.epsilon,
                weight_decay=chosen.weight_decay,
                name="optimizer",
            )
    assert_never(chosen)
