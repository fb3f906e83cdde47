"""The spec's optimizer -> Keras's."""

from __future__ import annotations

from typing import Any, assert_never

import keras

from resnet_spec.spec.train import Adam, Sgd, Train


def make_optimizer(train: Train) -> Any:
    """Make the optimizer; float16 gets a scaled loss, whose small gradients would otherwise vanish."""
    optimizer = _optimizer(train)
    return keras.optimizers.LossScaleOptimizer(optimizer) if train.precision == "mixed_float16" else optimizer


def _optimizer(train: Train) -> Any:
    chosen = train.optimizer
    match chosen:
        case Sgd():
            return keras.optimizers.SGD(
                chosen.learning_rate, chosen.momentum, chosen.nesterov, weight_decay=chosen.weight_decay
            )
        case Adam():
            return keras.optimizers.Adam(
                chosen.learning_rate, chosen.beta_1, chosen.beta_2, chosen.epsilon, weight_decay=chosen.weight_decay
            )
    assert_never(chosen)
