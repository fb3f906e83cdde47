"""Graph -> Keras functional model, on whichever backend Keras runs; layer names are path names."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, assert_never

import keras

from resnet_spec.backends.draw_kernel import draw_kernel
from resnet_spec.backends.filled_padding import FilledPadding2D
from resnet_spec.backends.keras_name import keras_name
from resnet_spec.backends.layers import Layers
from resnet_spec.ir import Graph, Node, ops


def to_keras(
    graph: Graph,
    *,
    seed: int = 0,
    dtype: str = "float32",
    layers: Layers = Layers(),  # noqa: B008 - frozen
) -> keras.Model:
    """Build the model.

    Args:
        graph: what to build.
        seed: initial weights and dropout follow from it and a layer's path name alone, whatever the order of building.
        dtype: Keras's dtype policy of the layers; the last layer and the outputs are float32.
        layers: what the machine has better layers for; see `choose_layers`.

    Returns:
        A model from float32 images of shape (batch, height, width, channels) to the graph's outputs.
    """
    with _room_to_recurse(len(graph.nodes)):
        return _model(graph, seed, dtype, layers)


@contextmanager
def _room_to_recurse(layers: int) -> Iterator[None]:
    """Let Keras walk the layers of a ResNet-1202 by recursion; a higher limit for good would unguard C code."""
    before = sys.getrecursionlimit()
    sys.setrecursionlimit(max(before, 20 * layers))
    try:
        yield
    finally:
        sys.setrecursionlimit(before)


def _model(graph: Graph, seed: int, dtype: str, layers: Layers) -> keras.Model:
    tensors: dict[str, Any] = {}
    for node in graph:
        policy = "float32" if node.name in graph.outputs else dtype
        inputs = [tensors[name] for name in node.inputs]
        if isinstance(node.op, ops.Input):
            tensors[node.name] = keras.Input(node.shape, name=node.name, dtype="float32")
        else:
            settings = _Settings(node.name, policy, seed, layers)
            layer = _layer(node, settings)
            tensors[node.name] = layer(inputs if len(inputs) > 1 else inputs[0])
            if isinstance(node.op, ops.Conv2D | ops.Dense):
                layer.kernel_initializer = settings.said(node.op.kernel_initializer)
    outputs = [tensors[name] for name in graph.outputs]
    return keras.Model(tensors[graph.input.name], outputs if len(outputs) > 1 else outputs[0])


class _Settings:
    """What every layer is given: its name, its dtype policy, and seeds of its own."""

    def __init__(self, name: str, dtype: str, seed: int, layers: Layers) -> None:
        self.layers = layers
        self.common = {"name": keras_name(name), "dtype": dtype}
        self._seed, self._name = seed, name

    def seed(self, what: str) -> int:
        digest = hashlib.sha256(f"{self._seed}/{self._name}/{what}".encode()).digest()
        return int.from_bytes(digest[:4], "big") >> 1

    def initializer(self, name: str, groups: int = 1) -> Any:
        """Give what draws a kernel, the same on every backend."""

        def draw(shape: tuple[int, ...], dtype: str) -> Any:
            return draw_kernel(name, shape, seed=self._seed, path=self._name, groups=groups).astype(dtype)

        return draw

    def said(self, name: str) -> Any:
        """Give Keras's own initializer, for the configuration that is saved with the model, or the nearest to it."""
        if name in ("dirac", "whitening"):
            name = "lecun_normal"
        config = {} if name in ("zeros", "ones") else {"seed": self.seed("kernel")}
        return keras.initializers.get({"class_name": name, "config": config})


def _layer(node: Node, settings: _Settings) -> Any:
    op, common = node.op, settings.common
    layers = keras.layers
    match op:
        case ops.Conv2D():
            return settings.layers.conv(
                op.filters,
                op.kernel_size,
                strides=op.strides,
                padding=op.padding,
                dilation_rate=op.dilation_rate,
                groups=op.groups,
                use_bias=op.use_bias,
                kernel_initializer=settings.initializer(op.kernel_initializer, op.groups),
                kernel_regularizer=_l2(op.l2),
                kernel_constraint=keras.constraints.UnitNorm(axis=(0, 1, 2)) if op.unit_norm else None,
                **common,
            )
        case ops.BatchNorm():
            return settings.layers.batch_norm(momentum=op.momentum, **_gamma_beta(op), **common)
        case ops.GroupNorm():
            return layers.GroupNormalization(op.groups, **_gamma_beta(op), **common)
        case ops.LayerNorm():
            return layers.LayerNormalization(**_gamma_beta(op), **common)
        case ops.Activation():
            return layers.Activation(op.function, **common)
        case ops.MaxPool():
            return layers.MaxPooling2D(op.pool_size, strides=op.strides, padding=op.padding, **common)
        case ops.AvgPool():
            return layers.AveragePooling2D(op.pool_size, strides=op.strides, padding=op.padding, **common)
        case ops.GlobalAvgPool():
            return layers.GlobalAveragePooling2D(keepdims=op.keepdims, **common)
        case ops.Pad():
            if op.fill != "zeros":
                return FilledPadding2D(op.padding, op.fill, **common)
            return layers.ZeroPadding2D(op.padding, data_format="channels_last", **common)
        case ops.PadChannels():
            # Read as channels first, the last two axes are width and channels: zeros for channels without a new layer.
            return layers.ZeroPadding2D(((0, 0), (op.before, op.after)), data_format="channels_first", **common)
        case ops.Dropout():
            shape = (None, *[1] * len(node.shape)) if op.per_image else None
            return settings.layers.dropout(op.rate, noise_shape=shape, seed=settings.seed("dropout"), **common)
        case ops.Reshape():
            return layers.Reshape(op.target, **common)
        case ops.Flatten():
            return layers.Flatten(**common)
        case ops.Dense():
            return layers.Dense(
                op.units,
                use_bias=op.use_bias,
                activation=op.activation,
                kernel_initializer=settings.initializer(op.kernel_initializer),
                kernel_regularizer=_l2(op.l2),
                **common,
            )
        case ops.Add():
            return layers.Add(**common)
        case ops.Multiply():
            return layers.Multiply(**common)
        case ops.Normalize():
            return _normalize(op, common)
        case ops.Input():
            raise AssertionError("an input is made by `keras.Input`")
    assert_never(op)


def _gamma_beta(op: ops.BatchNorm | ops.GroupNorm | ops.LayerNorm) -> dict[str, Any]:
    return {
        "epsilon": op.epsilon, "scale": op.scale, "center": op.center, "gamma_initializer": op.gamma_initializer,
    }  # fmt: skip


def _normalize(op: ops.Normalize, common: dict[str, str]) -> Any:
    if op.channel_order == "rgb":
        return keras.layers.Rescaling(list(op.scale), list(op.offset), **common)
    rescaling = keras.layers.Rescaling(list(op.scale), list(op.offset), **common)
    return lambda image: rescaling(image[..., ::-1])


def _l2(factor: float) -> Any:
    return keras.regularizers.L2(factor) if factor else None
