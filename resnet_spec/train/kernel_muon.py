"""Muon for convolutions: Keras's makes steps of matrices orthogonal, and leaves kernels of four axes to AdamW."""

from __future__ import annotations

from typing import Any

import keras
from keras import ops


class KernelMuon(keras.optimizers.Muon):  # type: ignore[misc]
    """`keras.optimizers.Muon`, to which a kernel is the matrix from all its inputs to its output channels."""

    def _should_use_adamw(self, variable: Any) -> bool:
        """Leave vectors to AdamW, and nothing else."""
        return len(variable.shape) < 2

    def zeropower_via_newtonschulz5(self, x: Any, steps: int) -> Any:
        """Make a step orthogonal, whatever its axes."""
        return ops.reshape(super().zeropower_via_newtonschulz5(_matrix(x), steps), x.shape)

    def lr_adjust(self, x: Any) -> Any:
        """Scale a step by the sides of its matrix."""
        return ops.reshape(super().lr_adjust(_matrix(x)), x.shape)


def _matrix(kernel: Any) -> Any:
    return ops.reshape(kernel, (-1, kernel.shape[-1]))
