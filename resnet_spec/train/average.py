"""The exponential moving average of a network's weights: a second set of variables that follows the first.

Every weight is averaged, moving statistics included, as timm does (`ModelEmaV2`).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
from keras import ops

from resnet_spec.spec.train import Ema


class Average:
    """Shadow variables, one a weight; all of them are part of a checkpoint."""

    def __init__(self, ema: Ema, weights: Sequence[tuple[str, keras.Variable]]) -> None:
        self._ema = ema
        self._weights = [variable for _, variable in weights]
        self.variables = [
            (name, keras.Variable(ops.convert_to_numpy(variable), trainable=False, dtype=variable.dtype))
            for name, variable in weights
        ]

    def follow(self, step: Any) -> None:
        """Inside a program: move every average towards its weight.

        Args:
            step: how many updates there were, this one included; the average follows closely at first.
        """
        updates = ops.cast(step, "float32")
        momentum = ops.minimum(self._ema.momentum, (1.0 + updates) / (10.0 + updates))
        for weight, (_, shadow) in zip(self._weights, self.variables, strict=True):
            shadow.assign(shadow + (1.0 - momentum) * (weight - shadow))
