"""The functions that a layer or a dense layer's output may go through: those of `keras.activations`, by name.

Left out are `glu`, which changes the shape, and `threshold`, which has arguments that Keras gives no default.
"""

from __future__ import annotations

from typing import Literal

ActivationName = Literal[
    "relu", "relu6", "leaky_relu", "elu", "selu", "celu", "gelu", "silu", "mish", "tanh", "sigmoid",
    "hard_sigmoid", "hard_silu", "hard_tanh", "softplus", "softsign", "squareplus", "exponential", "linear",
    "tanh_shrink", "soft_shrink", "hard_shrink", "sparse_plus", "sparse_sigmoid", "log_sigmoid", "softmax",
    "log_softmax", "sparsemax",
]  # fmt: skip
ACTIVATIONS: tuple[str, ...] = ActivationName.__args__  # type: ignore[attr-defined]

ALIASES = {"swish": "silu", "hard_swish": "hard_silu"}
"""Keras's second names: not words of the language, but what someone who writes them means."""
