"""A function of `keras.activations` and an array -> the array that it makes; over the last axis where it has one."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def numpy_activation(function: str, x: Array) -> Array:
    """Compute a function by its formula."""
    values: Array = _compute(function, x)
    return values


def _compute(function: str, x: Array) -> Any:
    match function:
        case "linear":
            return x
        case "relu":
            return np.maximum(x, 0)
        case "relu6":
            return np.clip(x, 0, 6)
        case "leaky_relu":
            return np.where(x > 0, x, np.float32(0.2) * x)
        case "elu" | "celu":
            return np.where(x > 0, x, np.expm1(np.minimum(x, 0)))
        case "selu":
            scale, alpha = np.float32(1.0507009873554805), np.float32(1.6732632423543772)
            return scale * np.where(x > 0, x, alpha * np.expm1(np.minimum(x, 0)))
        case "gelu":
            from scipy.special import erf

            return x * (1 + erf(x / np.float32(np.sqrt(2)))) / 2
        case "silu":
            return x * _sigmoid(x)
        case "mish":
            return x * np.tanh(np.logaddexp(x, 0))
        case "tanh":
            return np.tanh(x)
        case "sigmoid":
            return _sigmoid(x)
        case "hard_sigmoid":
            return np.clip(x + 3, 0, 6) / 6
        case "hard_silu":
            return x * np.clip(x + 3, 0, 6) / 6
        case "hard_tanh":
            return np.clip(x, -1, 1)
        case "softplus":
            return np.logaddexp(x, 0)
        case "softsign":
            return x / (1 + np.abs(x))
        case "squareplus":
            return (x + np.sqrt(x**2 + 4)) / 2
        case "exponential":
            return np.exp(x)
        case "tanh_shrink":
            return x - np.tanh(x)
        case "soft_shrink":
            return np.sign(x) * np.maximum(np.abs(x) - np.float32(0.5), 0)
        case "hard_shrink":
            return np.where(np.abs(x) > 0.5, x, 0)
        case "sparse_plus":
            return np.where(x >= 1, x, np.where(x <= -1, 0, (x + 1) ** 2 / 4))
        case "sparse_sigmoid":
            return np.clip((x + 1) / 2, 0, 1)
        case "log_sigmoid":
            return -np.logaddexp(-x, 0)
        case "softmax":
            return np.exp(_log_softmax(x))
        case "log_softmax":
            return _log_softmax(x)
        case "sparsemax":
            return _sparsemax(x)
    raise AssertionError(f"no function of the language: {function}")


def _sigmoid(x: Array) -> Any:
    return np.exp(-np.logaddexp(-x, 0))


def _log_softmax(x: Array) -> Any:
    return x - np.logaddexp.reduce(x, axis=-1, keepdims=True)


def _sparsemax(x: Array) -> Any:
    """Compute what Keras 3.15 does: its threshold adds up running sums where Martins et al. take the last of them."""
    best = np.flip(np.sort(x, axis=-1), axis=-1)
    sums = np.cumsum(best, axis=-1)
    inside = best > (sums - 1) / np.arange(1, x.shape[-1] + 1)
    threshold = (np.where(inside, sums, 0).sum(axis=-1, keepdims=True) - 1) / inside.sum(axis=-1, keepdims=True)
    return np.maximum(x - threshold, 0)
