"""A normalisation that stands alone -> ONNX nodes, channels first."""

from __future__ import annotations

import numpy as np

from resnet_spec.backends.onnx_layer import OnnxLayer
from resnet_spec.ir import ops


def write_batch_norm(layer: OnnxLayer, op: ops.BatchNorm) -> str:
    """Write one operator, which onnxruntime keeps in its own layout."""
    channels = layer.node.shape[-1]
    gamma = layer.weight("gamma") if op.scale else np.ones(channels)
    beta = layer.weight("beta") if op.center else np.zeros(channels)
    return layer.add(
        "BatchNormalization",
        layer.x,
        layer.array("gamma", gamma),
        layer.array("beta", beta),
        layer.array("moving_mean", layer.weight("moving_mean")),
        layer.array("moving_variance", layer.weight("moving_variance")),
        epsilon=op.epsilon,
    )


def write_group_norm(layer: OnnxLayer, op: ops.GroupNorm) -> str:
    """Normalise each group as one long channel."""
    *sides, channels = layer.node.shape
    groups = layer.add("Reshape", layer.x, layer.whole("groups", np.array([0, op.groups, -1])))
    one, zero = layer.array("one", np.ones(op.groups)), layer.array("zero", np.zeros(op.groups))
    normal = layer.add("InstanceNormalization", groups, one, zero, epsilon=op.epsilon)
    image = layer.add("Reshape", normal, layer.whole("image", np.array([0, channels, *sides])))
    return _scaled(layer, op, image)


def write_layer_norm(layer: OnnxLayer, op: ops.LayerNorm) -> str:
    """Normalise the channels of each pixel; ONNX's own operator takes the last axes alone."""
    apart = layer.add("Sub", layer.x, _mean(layer, layer.x))
    variance = _mean(layer, layer.add("Mul", apart, apart))
    deviation = layer.add("Sqrt", layer.add("Add", variance, layer.number(op.epsilon)))
    return _scaled(layer, op, layer.add("Div", apart, deviation))


def _mean(layer: OnnxLayer, x: str) -> str:
    if layer.writer.opset < 18:
        return layer.add("ReduceMean", x, axes=[1], keepdims=1)
    return layer.add("ReduceMean", x, layer.writer.constant("axis.1", np.array([1]), np.int64), keepdims=1)


def _scaled(layer: OnnxLayer, op: ops.GroupNorm | ops.LayerNorm, x: str) -> str:
    if op.scale:
        x = layer.add("Mul", x, layer.array("gamma", layer.axes(layer.weight("gamma"))))
    if op.center:
        x = layer.add("Add", x, layer.array("beta", layer.axes(layer.weight("beta"))))
    return x
