"""Averages of a network's weights: a second set of variables that follows the first.

Every weight is averaged, moving statistics included.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, assert_never

import keras
from keras import ops

from resnet_spec.spec import train as spec


def make_average(chosen: spec.Average, weights: Mapping[str, keras.Variable]) -> Average:
    """Make the average that a spec names, of these weights by path name."""
    match chosen:
        case spec.Ema():
            return Ema(weights, chosen)
        case spec.Lookahead():
            return Lookahead(weights, chosen)
    assert_never(chosen)


class Average:
    """Shadow variables, one a weight; all of them are part of a checkpoint."""

    def __init__(self, weights: Mapping[str, keras.Variable]) -> None:
        self._weights = dict(weights)
        self.variables = {
            name: keras.Variable(ops.convert_to_numpy(variable), trainable=False, dtype=variable.dtype)
            for name, variable in weights.items()
        }

    def follow(self, step: Any, over: Any) -> None:
        """Inside a program: move every average towards its weight.

        Args:
            step: how many updates there were, this one included.
            over: which share of the run's updates that is.
        """
        raise NotImplementedError


class Ema(Average):
    """An exponential moving average (timm's `ModelEmaV2`), which follows closely at first."""

    def __init__(self, weights: Mapping[str, keras.Variable], options: spec.Ema) -> None:
        super().__init__(weights)
        self._momentum = options.momentum

    def follow(self, step: Any, over: Any) -> None:  # noqa: ARG002
        """Move every average; see `Average`."""
        updates = ops.cast(step, "float32")
        momentum = ops.minimum(self._momentum, (1.0 + updates) / (10.0 + updates))
        for name, shadow in self.variables.items():
            shadow.assign(shadow + (1.0 - momentum) * (self._weights[name] - shadow))


class Lookahead(Average):
    """Slow weights, which the fast ones come back to (Zhang et al. 2019; the ramp is Jordan's, arXiv 2404.00498)."""

    def __init__(self, weights: Mapping[str, keras.Variable], options: spec.Lookahead) -> None:
        super().__init__(weights)
        self._options = options

    def follow(self, step: Any, over: Any) -> None:
        """Let both meet where it is time to; see `Average`."""
        options = self._options
        meets = ops.equal(ops.cast(step, "int32") % options.sync_period, 0)
        # A run that goes on with fewer epochs ends the one it is in: more than the whole of it is then over.
        share = 1.0 - (1.0 - options.slow_step_size) * ops.minimum(over, 1.0) ** options.ramp
        for name, slow in self.variables.items():
            fast = self._weights[name]
            # JAX chooses between values, and takes no variable for one.
            behind, ahead = ops.convert_to_tensor(slow), ops.convert_to_tensor(fast)
            between = behind + share * (ahead - behind)
            slow.assign(ops.where(meets, between, behind))
            fast.assign(ops.where(meets, between, ahead))
