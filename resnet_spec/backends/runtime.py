"""What a training step needs of the framework that Keras runs on: compiling it, and its gradients.

A program is written once, in `keras.ops` and assignments to Keras variables; a runtime makes it fast. Enters: programs
and host arrays. Leaves: tensors. No networks, no optimizers, no data here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import keras
import numpy as np

Batch = Mapping[str, Any]
"""Arrays or tensors by name; the shapes of a program's batches should not change, for each shape is compiled anew."""
Found = dict[str, Any]
"""Tensors by name."""
Program = Callable[[Batch], Found]


class Runtime(Protocol):
    """One framework's way to run programs over a fixed set of Keras variables."""

    def compile(self, program: Program) -> Program:
        """Make a program fast; what it assigns to the variables lasts."""

    def gradients(
        self, loss: Callable[..., tuple[Any, Found]], variables: Sequence[keras.Variable], *batch: Any
    ) -> tuple[Found, list[Any]]:
        """Inside a program: give what `loss` finds in a batch, and its gradient for each of the variables.

        Args:
            loss: takes the batch, or as many times as there are devices a share of it; gives the mean loss of these
                images, to differentiate, and sums over them by name. What it assigns lasts.
            variables: what to differentiate by.
            batch: tensors, one row an image.

        Returns:
            The sums, and `loss`, of the whole batch; gradients of that loss.
        """

    def put(self, array: np.ndarray) -> Any:
        """Move an array that many batches use to the device, once."""

    def rows(self, count: int) -> slice:
        """Give which rows of a batch of so many this process is asked for; what the others hold is never read."""

    def pull(self) -> None:
        """Make the variables' values what the last program left, before they are read from outside of programs."""

    def push(self) -> None:
        """Take the variables' values over, after they were assigned from outside of programs."""


def open_runtime(variables: Sequence[keras.Variable]) -> Runtime:
    """Give the runtime of Keras's backend.

    Args:
        variables: every variable that a program reads or assigns.
    """
    match keras.backend.backend():
        case "tensorflow":
            from resnet_spec.backends.mirrored_runtime import MirroredRuntime
            from resnet_spec.backends.tensorflow_runtime import TensorFlowRuntime

            strategy = getattr(variables[0].value, "distribute_strategy", None)
            return MirroredRuntime(strategy) if strategy else TensorFlowRuntime()
        case "jax":
            from resnet_spec.backends.jax_runtime import JaxRuntime

            return JaxRuntime(variables)
        case "torch":
            from resnet_spec.backends.torch_runtime import TorchRuntime

            return TorchRuntime()
        case other:
            raise NotImplementedError(f"training on Keras's backend `{other}`")
