"""Programs as TensorFlow functions over several devices of one machine (`tf.distribute.MirroredStrategy`).

A program runs on the first device and sees the whole batch; only what `gradients` differentiates runs on all of them,
each with its share of the images. Every variable has a copy on each device, and an assignment changes all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import tensorflow as tf

from resnet_spec.backends.runtime import Found
from resnet_spec.backends.tensorflow_runtime import TensorFlowRuntime


class MirroredRuntime(TensorFlowRuntime):
    """See `Runtime`; for variables that were made inside of `on_all_devices`.

    XLA is not asked for: it compiles for one device.
    """

    compiled_by_xla = False

    def __init__(self, strategy: tf.distribute.Strategy) -> None:
        self._strategy = strategy

    def gradients(
        self, loss: Callable[..., tuple[Any, Found]], variables: Sequence[keras.Variable], *batch: Any
    ) -> tuple[Found, list[Any]]:
        """Let every device differentiate the loss of its share; the mean of these is the loss of the whole batch."""

        def each(*share: Any) -> tuple[Found, list[Any]]:
            return super(MirroredRuntime, self).gradients(loss, variables, *share)

        devices = self._strategy.num_replicas_in_sync
        found, gradients = self._strategy.run(each, [self._split(tensor, devices) for tensor in batch])
        total = {name: self._sum(value) for name, value in found.items()}
        return total | {"loss": total["loss"] / devices}, [self._sum(gradient) / devices for gradient in gradients]

    def _split(self, tensor: Any, devices: int) -> Any:
        parts = tf.split(tensor, devices)
        return self._strategy.experimental_distribute_values_from_function(
            lambda context: parts[context.replica_id_in_sync_group]
        )

    def _sum(self, values: Any) -> Any:
        return self._strategy.reduce(tf.distribute.ReduceOp.SUM, values, axis=None)
