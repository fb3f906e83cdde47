"""Graph and weights -> ONNX bytes, with the onnx library alone.

Channels first inside, batch norms and borders of zeros inside the convolutions, path names as the nodes' names.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, assert_never

import numpy as np

from resnet_spec.backends.fold_batch_norm import fold_batch_norm
from resnet_spec.backends.fold_normalize import fold_normalize
from resnet_spec.backends.folded import Array, Folded
from resnet_spec.backends.onnx_layer import OnnxLayer
from resnet_spec.backends.onnx_writer import OnnxWriter
from resnet_spec.backends.window_border import Border, window_border
from resnet_spec.backends.write_activation import write_activation
from resnet_spec.backends.write_norm import write_batch_norm, write_group_norm, write_layer_norm
from resnet_spec.backends.write_resize import write_resize
from resnet_spec.ir import Graph, Node, ops
from resnet_spec.ir.shape import Shape
from resnet_spec.passes.drop_idle import drop_idle

OUTPUTS = ("logits", "probabilities")
NOT_NEGATIVE = frozenset({"relu", "relu6", "sigmoid"})
_BATCH = "batch"


@dataclass(frozen=True, slots=True)
class Pixels:
    """What the file takes as `image`: values from 0 to 255."""

    dtype: Literal["float32", "uint8"] = "float32"
    data_format: Literal["channels_last", "channels_first"] = "channels_last"
    resize: Literal["stretch", "crop"] | None = None
    """What the file does with an image of another size; None where it takes no other."""


def to_onnx(
    graph: Graph, weights: Mapping[str, Array], *, opset: int, name: str = "network", pixels: Pixels = Pixels()
) -> bytes:
    """Write a deployable graph (see `passes.make_deployable`) with the weights of its network.

    Args:
        graph: from `image` to logits and probabilities.
        weights: arrays by path name.
        opset: version of ONNX's operators, 13 to 18.
        name: what the file calls the network.
        pixels: what the file takes.

    Returns:
        A model from `image` to `logits` and `probabilities`, for any batch.
    """
    network = fold_batch_norm(fold_normalize(Folded(drop_idle(graph), weights)))
    return _File(network, pixels, OnnxWriter(name, opset)).write()


class _File:
    """What is known while the layers are written, one after the other."""

    def __init__(self, network: Folded, pixels: Pixels, writer: OnnxWriter) -> None:
        self.pixels = pixels
        self.graph, self.weights, self.writer = network.graph, network.weights, writer
        self.nodes = {node.name: node for node in network.graph}
        self.readers: dict[str, list[Node]] = {name: [] for name in self.nodes}
        for node in network.graph:
            for source in node.inputs:
                self.readers[source].append(node)
        self.values: dict[str, str] = {}

    def write(self) -> bytes:
        outputs = dict(zip(self.graph.outputs, OUTPUTS, strict=True))
        for node in self.graph:
            if isinstance(node.op, ops.Input):
                self.values[node.name] = self._write_input(node)
            elif not (isinstance(node.op, ops.Pad) and self._vanishes(node)):
                self.values[node.name] = self._write_layer(node, outputs.get(node.name))
        for node_name, value in outputs.items():
            self.writer.declare_output(value, (_BATCH, *self.nodes[node_name].shape))
        return self.writer.content()

    def _write_input(self, node: Node) -> str:
        height, width, channels = ("height", "width", node.shape[2]) if self.pixels.resize else node.shape
        last = self.pixels.data_format == "channels_last"
        shape = (_BATCH, height, width, channels) if last else (_BATCH, channels, height, width)
        x = self.writer.declare_input(node.name, np.dtype(self.pixels.dtype).type, shape)
        layer = OnnxLayer(node, (x,), self.writer, self.weights)
        if last:
            layer.add("Transpose", x, perm=[0, 3, 1, 2])
            x = self.writer.finish(f"{node.name}.channels_first")
        if self.pixels.dtype == "uint8":
            x = layer.add("Cast", x, to=1)
        if self.pixels.resize:
            write_resize(layer, self.pixels.resize, x, whole=self.pixels.dtype == "uint8")
            x = self.writer.finish(f"{node.name}.resized")
        return x

    def _write_layer(self, node: Node, output: str | None) -> str:
        layer = OnnxLayer(node, self._inputs(node), self.writer, self.weights)
        value = self._write(layer)
        return self.writer.finish(node.name, output) if value not in layer.inputs else value

    def _inputs(self, node: Node) -> tuple[str, ...]:
        return tuple(self.values[self._source(node).name if index == 0 else name]
                     for index, name in enumerate(node.inputs))  # fmt: skip

    def _source(self, node: Node) -> Node:
        """Give the node that a layer reads, past a border that becomes its own."""
        source = self.nodes[node.inputs[0]]
        return self.nodes[source.inputs[0]] if self._takes(node, source) else source

    def _takes(self, node: Node, source: Node) -> bool:
        """Say whether a layer can lay the border of a `Pad` itself: zeros before a sum, nothing before a maximum."""
        if not isinstance(source.op, ops.Pad):
            return False
        if isinstance(node.op, ops.Conv2D):
            return source.op.fill == "zeros"
        if not isinstance(node.op, ops.MaxPool) or source.op.fill == "reflect":
            return False
        before = self.nodes[source.inputs[0]].op
        positive = isinstance(before, ops.Activation) and before.function in NOT_NEGATIVE
        # A window of border alone would give what is below any number, and onnxruntime lays none as wide as a window.
        widest = [side + max(own) for side, own in zip(source.op.padding, window_border(node), strict=True)]
        narrow = all(border < window for border, window in zip(widest, node.op.pool_size, strict=True))
        return narrow and (source.op.fill == "lowest" or positive)

    def _vanishes(self, pad: Node) -> bool:
        return pad.name not in self.graph.outputs and all(self._takes(node, pad) for node in self.readers[pad.name])

    def _border(self, node: Node) -> list[int]:
        """Give ONNX's `pads`: what goes before height and width, then what goes after."""
        border: Border = window_border(node)
        source = self.nodes[node.inputs[0]]
        sides = source.op.padding if isinstance(source.op, ops.Pad) and self._takes(node, source) else (0, 0)
        return [border[axis][end] + sides[axis] for end in (0, 1) for axis in (0, 1)]

    def _write(self, layer: OnnxLayer) -> str:
        node, op = layer.node, layer.node.op
        match op:
            case ops.Conv2D():
                return self._write_conv(layer, op)
            case ops.BatchNorm():
                return write_batch_norm(layer, op)
            case ops.GroupNorm():
                return write_group_norm(layer, op)
            case ops.LayerNorm():
                return write_layer_norm(layer, op)
            case ops.Activation():
                return write_activation(layer, op.function, layer.x)
            case ops.MaxPool() | ops.AvgPool():
                kind = "MaxPool" if isinstance(op, ops.MaxPool) else "AveragePool"
                return layer.add(
                    kind, layer.x, kernel_shape=op.pool_size, strides=op.strides, pads=self._border(node)
                )  # fmt: skip
            case ops.GlobalAvgPool():
                mean = layer.add("GlobalAveragePool", layer.x)
                return mean if op.keepdims else layer.add("Flatten", mean)
            case ops.Pad():
                return _write_pad(layer, op)
            case ops.PadChannels():
                widths = layer.whole("widths", np.array([0, op.before, 0, 0, 0, op.after, 0, 0]))
                return layer.add("Pad", layer.x, widths)
            case ops.Reshape():
                assert all(map(_same_either_way, (*node.input_shapes, node.shape))), node
                return layer.add("Reshape", layer.x, layer.whole("shape", np.array([0, *_channels_first(node.shape)])))
            case ops.Flatten():
                x = layer.x if self._flat(node) else layer.add("Transpose", layer.x, perm=[0, 2, 3, 1])
                return layer.add("Flatten", x)
            case ops.Dense():
                return self._write_dense(layer, op)
            case ops.Add():
                return layer.add("Add", *layer.inputs)
            case ops.Multiply():
                return layer.add("Mul", *layer.inputs)
            case ops.Normalize():
                return _write_normalize(layer, op)
            case ops.Dropout() | ops.Input():
                raise AssertionError(f"{node.name} is no layer here")
        assert_never(op)

    def _write_conv(self, layer: OnnxLayer, op: ops.Conv2D) -> str:
        kernel = layer.array("kernel", layer.weight("kernel").transpose(3, 2, 0, 1))
        bias = [layer.array("bias", layer.weight("bias"))] if op.use_bias else []
        return layer.add(
            "Conv", layer.x, kernel, *bias,
            kernel_shape=op.kernel_size, strides=op.strides, pads=self._border(layer.node),
            dilations=[op.dilation_rate] * 2, group=op.groups,
        )  # fmt: skip

    def _write_dense(self, layer: OnnxLayer, op: ops.Dense) -> str:
        kernel, source = layer.weight("kernel"), self.nodes[layer.node.inputs[0]]
        if isinstance(source.op, ops.Flatten) and self._flat(source) and len(source.input_shapes[0]) == 3:
            # Keras flattens channels last; the rows are put in the order in which they come here.
            rows = kernel.reshape(*source.input_shapes[0], op.units).transpose(2, 0, 1, 3)
            kernel = rows.reshape(kernel.shape)
        bias = [layer.array("bias", layer.weight("bias"))] if op.use_bias else []
        value = layer.add("Gemm", layer.x, layer.array("kernel", kernel), *bias)
        return value if op.activation == "linear" else write_activation(layer, op.activation, value)

    def _flat(self, node: Node) -> bool:
        """Say whether an image may be flattened as it lies: the order is the same, or dense layers make it up."""
        shape, readers = node.input_shapes[0], self.readers[node.name]
        dense = node.name not in self.graph.outputs and all(isinstance(reader.op, ops.Dense) for reader in readers)
        return _same_either_way(shape) or dense


def _write_pad(layer: OnnxLayer, op: ops.Pad) -> str:
    rows, columns = op.padding
    widths = layer.whole("widths", np.array([0, 0, rows, columns] * 2))
    if op.fill == "reflect":
        return layer.add("Pad", layer.x, widths, mode="reflect")
    # Below what a maximum takes, as in Keras's layer; zeros are ONNX's own default.
    return layer.add("Pad", layer.x, widths, *([layer.number(-65504.0)] if op.fill == "lowest" else []))


def _write_normalize(layer: OnnxLayer, op: ops.Normalize) -> str:
    x = layer.x
    if op.channel_order == "bgr":
        x = layer.add("Gather", x, layer.whole("order", np.array([2, 1, 0])), axis=1)
    if set(op.scale) != {1.0}:
        x = layer.add("Mul", x, layer.array("scale", layer.axes(np.array(op.scale, np.float32))))
    if set(op.offset) != {0.0}:
        x = layer.add("Add", x, layer.array("offset", layer.axes(np.array(op.offset, np.float32))))
    return x


def _same_either_way(shape: Shape) -> bool:
    """Say whether the values are in the same order with channels first and last: a vector, one channel, one pixel."""
    return len(shape) == 1 or shape[2] == 1 or shape[0] * shape[1] == 1


def _channels_first(shape: Shape) -> Shape:
    return (shape[-1], *shape[:-1])
