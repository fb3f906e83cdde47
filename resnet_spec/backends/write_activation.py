"""A function of `keras.activations` -> ONNX nodes; over channels where it goes over an axis."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from resnet_spec.backends.onnx_layer import OnnxLayer


def write_activation(layer: OnnxLayer, function: str, x: str) -> str:
    """Write a function of a value, and give the name of the result."""
    if function in _OPERATORS:
        return layer.add(_OPERATORS[function], x)
    return _COMPOSED[function](layer, x)


_OPERATORS = {
    "relu": "Relu",
    "elu": "Elu",
    "selu": "Selu",
    "celu": "Celu",
    "tanh": "Tanh",
    "sigmoid": "Sigmoid",
    "softplus": "Softplus",
    "softsign": "Softsign",
    "exponential": "Exp",
}


def _clip(low: float, high: float) -> Callable[[OnnxLayer, str], str]:
    return lambda layer, x: layer.add("Clip", x, layer.number(low), layer.number(high))


def _leaky_relu(layer: OnnxLayer, x: str) -> str:
    return layer.add("LeakyRelu", x, alpha=0.2)


def _gelu(layer: OnnxLayer, x: str) -> str:
    # In the order in which onnxruntime knows it, and makes one operator of it.
    erf = layer.add("Erf", layer.add("Div", x, layer.number(math.sqrt(2))))
    return layer.add("Mul", layer.add("Mul", x, layer.add("Add", erf, layer.number(1))), layer.number(0.5))


def _silu(layer: OnnxLayer, x: str) -> str:
    return layer.add("Mul", x, layer.add("Sigmoid", x))


def _mish(layer: OnnxLayer, x: str) -> str:
    return layer.add("Mul", x, layer.add("Tanh", layer.add("Softplus", x)))


def _hard_sigmoid(layer: OnnxLayer, x: str) -> str:
    return layer.add("HardSigmoid", x, alpha=1 / 6, beta=0.5)


def _hard_silu(layer: OnnxLayer, x: str) -> str:
    return layer.add("Mul", x, _hard_sigmoid(layer, x))


def _squareplus(layer: OnnxLayer, x: str) -> str:
    root = layer.add("Sqrt", layer.add("Add", layer.add("Mul", x, x), layer.number(4)))
    return layer.add("Mul", layer.add("Add", x, root), layer.number(0.5))


def _tanh_shrink(layer: OnnxLayer, x: str) -> str:
    return layer.add("Sub", x, layer.add("Tanh", x))


def _soft_shrink(layer: OnnxLayer, x: str) -> str:
    return layer.add("Shrink", x, lambd=0.5, bias=0.5)


def _hard_shrink(layer: OnnxLayer, x: str) -> str:
    return layer.add("Shrink", x, lambd=0.5, bias=0.0)


def _sparse_plus(layer: OnnxLayer, x: str) -> str:
    """Write `(x + 1)^2 / 4` between -1 and 1, and the line that goes on from there."""
    bent = layer.add("Add", _clip(-1, 1)(layer, x), layer.number(1))
    line = layer.add("Relu", layer.add("Sub", x, layer.number(1)))
    return layer.add("Add", layer.add("Mul", layer.add("Mul", bent, bent), layer.number(0.25)), line)


def _sparse_sigmoid(layer: OnnxLayer, x: str) -> str:
    return layer.add("HardSigmoid", x, alpha=0.5, beta=0.5)


def _log_sigmoid(layer: OnnxLayer, x: str) -> str:
    return layer.add("Neg", layer.add("Softplus", layer.add("Neg", x)))


def _softmax(layer: OnnxLayer, x: str) -> str:
    return layer.add("Softmax", x, axis=1)


def _log_softmax(layer: OnnxLayer, x: str) -> str:
    return layer.add("LogSoftmax", x, axis=1)


def _sparsemax(layer: OnnxLayer, x: str) -> str:
    """Write what Keras computes, whose threshold is the mean of running sums, not the last of them."""
    channels, one = layer.node.shape[-1], layer.number(1)
    axis = layer.writer.constant("axis.1", np.array([1]), np.int64)
    ranks = layer.array("ranks", np.arange(1, channels + 1).reshape(-1, *[1] * (len(layer.node.shape) - 1)))
    best = layer.add("TopK", x, layer.whole("channels", np.array([channels])), outputs=2, axis=1)
    sums = layer.add("CumSum", best, layer.writer.constant("axis", np.int64(1), np.int64))
    level = layer.add("Div", layer.add("Sub", sums, one), ranks)
    counts = layer.add("Cast", layer.add("Greater", best, level), to=1)
    total = layer.add("ReduceSum", layer.add("Mul", sums, counts), axis, keepdims=1)
    threshold = layer.add("Div", layer.add("Sub", total, one), layer.add("ReduceSum", counts, axis, keepdims=1))
    return layer.add("Relu", layer.add("Sub", x, threshold))


_COMPOSED: dict[str, Callable[[OnnxLayer, str], str]] = {
    "relu6": _clip(0, 6),
    "leaky_relu": _leaky_relu,
    "gelu": _gelu,
    "silu": _silu,
    "mish": _mish,
    "hard_sigmoid": _hard_sigmoid,
    "hard_silu": _hard_silu,
    "hard_tanh": _clip(-1, 1),
    "squareplus": _squareplus,
    "tanh_shrink": _tanh_shrink,
    "soft_shrink": _soft_shrink,
    "hard_shrink": _hard_shrink,
    "sparse_plus": _sparse_plus,
    "sparse_sigmoid": _sparse_sigmoid,
    "log_sigmoid": _log_sigmoid,
    "softmax": _softmax,
    "log_softmax": _log_softmax,
    "sparsemax": _sparsemax,
}
