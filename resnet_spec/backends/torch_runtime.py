"""Programs run by PyTorch, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import keras
import numpy as np
import torch

from resnet_spec.backends.runtime import Batch, Found, Program


class TorchRuntime:
    """See `Runtime`; the variables are PyTorch's own, so that nothing is pushed or pulled."""

    def compile(self, program: Program) -> Program:
        """Keep PyTorch from recording what the program does outside of `gradients`."""

        def run(batch: Batch) -> Found:
            with torch.no_grad():
                return program({name: keras.ops.convert_to_tensor(value) for name, value in batch.items()})

        return run

    def gradients(
        self, loss: Callable[..., tuple[Any, Found]], variables: Sequence[keras.Variable], *batch: Any
    ) -> tuple[Found, list[Any]]:
        """Record the loss, and go back through it."""
        with torch.enable_grad():
            value, found = loss(*batch)
        gradients = torch.autograd.grad(value, [variable.value for variable in variables])
        return {name: tensor.detach() for name, tensor in (found | {"loss": value}).items()}, list(gradients)

    def put(self, array: np.ndarray) -> Any:
        """Make a tensor of it."""
        return keras.ops.convert_to_tensor(array)

    def rows(self, count: int) -> slice:
        """Want all: there is one process."""
        return slice(0, count)

    def pull(self) -> None:
        """Do nothing: programs assign the variables themselves."""

    def push(self) -> None:
        """Do nothing: programs read the variables themselves."""
