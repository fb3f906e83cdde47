"""Programs as TensorFlow functions; XLA compiles them on a GPU; without one, oneDNN is faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import tensorflow as tf

from resnet_spec.backends.runtime import Batch, Found, Program


class TensorFlowRuntime:
    """See `Runtime`; the variables are TensorFlow's own, so that nothing is pushed or pulled."""

    compiled_by_xla = True

    def compile(self, program: Program) -> Program:
        """Trace the program; a batch of other shapes is traced again."""
        xla = self.compiled_by_xla and bool(tf.config.list_physical_devices("GPU"))
        traced = tf.function(program, jit_compile=xla, autograph=False)

        def run(batch: Batch) -> Found:
            found: Found = traced({name: tf.convert_to_tensor(value) for name, value in batch.items()})
            return found

        return run

    def gradients(
        self, loss: Callable[..., tuple[Any, Found]], variables: Sequence[keras.Variable], *batch: Any
    ) -> tuple[Found, list[Any]]:
        """Record the loss on a tape."""
        values = [variable.value for variable in variables]
        with tf.GradientTape(watch_accessed_variables=False) as tape:
            tape.watch(values)
            value, found = loss(*batch)
        return found | {"loss": value}, tape.gradient(value, values)

    def put(self, array: np.ndarray) -> Any:
        """Make a tensor of it."""
        return tf.constant(array)

    def rows(self, count: int) -> slice:
        """Want all: there is one process."""
        return slice(0, count)

    def pull(self) -> None:
        """Do nothing: programs assign the variables themselves."""

    def push(self) -> None:
        """Do nothing: programs read the variables themselves."""
