"""Graph and weights -> a function of images, in plain NumPy: the layers one after the other, as they are defined.

A witness for files that other backends write, where Keras is not installed. So nothing is merged here, nothing shared
with what writes ONNX, channels stay last, and nothing is made fast that would not be plain.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, assert_never

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from resnet_spec.backends.numpy_activation import numpy_activation
from resnet_spec.ir import Graph, Node, ops
from resnet_spec.passes.count_readers import count_readers

Array = NDArray[np.float32]
Network = Callable[[Array], tuple[Array, ...]]

AT_ONCE = 8
"""Images that go through the network together: their values, not the images, are what fills memory."""


def to_numpy(graph: Graph, weights: Mapping[str, Array]) -> Network:
    """Make the network.

    Args:
        graph: what to compute.
        weights: arrays by path name.

    Returns:
        A function from float32 images (batch, height, width, channels) to the graph's outputs.
    """

    def network(images: Array) -> tuple[Array, ...]:
        parts = [_run(graph, weights, images[at : at + AT_ONCE]) for at in range(0, len(images), AT_ONCE)]
        return tuple(np.concatenate(outputs) for outputs in zip(*parts, strict=True))

    return network


def _run(graph: Graph, weights: Mapping[str, Array], images: Array) -> tuple[Array, ...]:
    unread = count_readers(graph)
    values: dict[str, Array] = {}
    for node in graph:
        inputs = [values[name] for name in node.inputs] or [images]
        own = {weight.name: weights[f"{node.name}.{weight.name}"] for weight in node.weights}
        values[node.name] = _layer(node, inputs, own).astype(np.float32, copy=False)
        for name in node.inputs:
            unread[name] -= 1
            if not unread[name]:
                del values[name]
    return tuple(values[name] for name in graph.outputs)


def _layer(node: Node, inputs: list[Array], own: Mapping[str, Array]) -> Any:
    op, x = node.op, inputs[0]
    match op:
        case ops.Input() | ops.Dropout():
            return x
        case ops.Conv2D():
            return _convolve(x, op, own)
        case ops.BatchNorm():
            normal = (x - own["moving_mean"]) / np.sqrt(own["moving_variance"] + np.float32(op.epsilon))
            return normal * own.get("gamma", 1) + own.get("beta", 0)
        case ops.GroupNorm():
            groups = x.reshape(len(x), -1, op.groups, x.shape[-1] // op.groups)
            return _standard(groups, (1, 3), op.epsilon).reshape(x.shape) * own.get("gamma", 1) + own.get("beta", 0)
        case ops.LayerNorm():
            return _standard(x, (-1,), op.epsilon) * own.get("gamma", 1) + own.get("beta", 0)
        case ops.Activation():
            return numpy_activation(op.function, x)
        case ops.MaxPool():
            window = _windows(_bordered(x, op.pool_size, op, -np.inf), op.pool_size, op.strides)
            return window.max(axis=(-2, -1))
        case ops.AvgPool():
            total, count = (
                _windows(_bordered(each, op.pool_size, op, 0), op.pool_size, op.strides).sum(axis=(-2, -1))
                for each in (x, np.ones_like(x[:1, :, :, :1]))
            )
            return total / count
        case ops.GlobalAvgPool():
            return x.mean(axis=(1, 2), keepdims=op.keepdims)
        case ops.Pad():
            widths = [(0, 0), (op.padding[0],) * 2, (op.padding[1],) * 2, (0, 0)]
            if op.fill == "reflect":
                return np.pad(x, widths, mode="reflect")
            return np.pad(x, widths, constant_values=-65504 if op.fill == "lowest" else 0)
        case ops.PadChannels():
            return np.pad(x, [(0, 0), (0, 0), (0, 0), (op.before, op.after)])
        case ops.Reshape():
            return x.reshape(len(x), *op.target)
        case ops.Flatten():
            return x.reshape(len(x), -1)
        case ops.Dense():
            return numpy_activation(op.activation, x @ own["kernel"] + own.get("bias", 0))
        case ops.Add():
            return inputs[0] + inputs[1]
        case ops.Multiply():
            return inputs[0] * inputs[1]
        case ops.Normalize():
            ordered = x[..., ::-1] if op.channel_order == "bgr" else x
            return ordered * np.array(op.scale, np.float32) + np.array(op.offset, np.float32)
    assert_never(op)


def _convolve(x: Array, op: ops.Conv2D, own: Mapping[str, Array]) -> NDArray[Any]:
    reach = [(size - 1) * op.dilation_rate + 1 for size in op.kernel_size]
    window = _windows(_bordered(x, reach, op, 0), reach, op.strides)[..., :: op.dilation_rate, :: op.dilation_rate]
    split = zip(np.split(window, op.groups, axis=3), np.split(own["kernel"], op.groups, axis=3), strict=True)
    parts = [np.tensordot(each, kernel, axes=([3, 4, 5], [2, 0, 1])) for each, kernel in split]
    return np.concatenate(parts, axis=-1) + own.get("bias", 0)


def _windows(x: Array, size: Any, strides: tuple[int, int]) -> Array:
    """Give (batch, rows, columns, channels, height, width): every place of a window."""
    return sliding_window_view(x, tuple(size), axis=(1, 2))[:, :: strides[0], :: strides[1]]


def _bordered(x: Array, size: Any, op: ops.Conv2D | ops.MaxPool | ops.AvgPool, fill: float) -> Array:
    """Lay TensorFlow's `same` border around an image: as many windows as strides, the odd row and column last."""
    if op.padding == "valid":
        return x
    widths = [(0, 0)]
    for side, window, stride in zip(x.shape[1:3], size, op.strides, strict=True):
        missing = max(0, (side - 1) // stride * stride + window - side)
        widths.append((missing // 2, missing - missing // 2))
    return np.pad(x, [*widths, (0, 0)], constant_values=fill)


def _standard(x: Array, axes: tuple[int, ...], epsilon: float) -> Array:
    apart = x - x.mean(axis=axes, keepdims=True)
    standard: Array = apart / np.sqrt((apart**2).mean(axis=axes, keepdims=True) + np.float32(epsilon))
    return standard
