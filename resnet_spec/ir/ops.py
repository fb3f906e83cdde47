"""The closed set of ops. Each states its output shape, weights and MACs once; everything else folds over them.

Shapes leave out the batch and are height, width, channels, as in Keras.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import Literal

from resnet_spec.ir.op import OpBase, Weight
from resnet_spec.ir.shape import Shape, ShapeFault, image, show
from resnet_spec.ir.window_ops import AvgPool, Conv2D, MaxPool

__all__ = [
    "Activation",
    "Add",
    "AvgPool",
    "BatchNorm",
    "Conv2D",
    "Dense",
    "Dropout",
    "Fill",
    "Flatten",
    "GlobalAvgPool",
    "GroupNorm",
    "Input",
    "LayerNorm",
    "MaxPool",
    "Multiply",
    "Normalize",
    "Op",
    "Pad",
    "PadChannels",
    "Reshape",
]

Fill = Literal["zeros", "lowest", "reflect"]


@dataclass(frozen=True, slots=True)
class Input(OpBase):
    """The image."""

    type_name = "InputLayer"
    shape: Shape

    def output_shape(self, *_inputs: Shape) -> Shape:
        return self.shape


@dataclass(frozen=True, slots=True)
class BatchNorm(OpBase):
    """Batch normalisation over the last axis."""

    type_name = "BatchNormalization"
    momentum: float = 0.99
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True
    gamma_initializer: str = "ones"

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = (inputs[0][-1],)
        moving = (Weight("moving_mean", shape, trainable=False), Weight("moving_variance", shape, trainable=False))
        return _gamma_beta(self.scale, self.center, shape) + moving


@dataclass(frozen=True, slots=True)
class GroupNorm(OpBase):
    """Group normalisation over the last axis."""

    type_name = "GroupNormalization"
    groups: int = 32
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True
    gamma_initializer: str = "ones"

    def output_shape(self, *inputs: Shape) -> Shape:
        if inputs[0][-1] % self.groups:
            raise ShapeFault(
                f"{inputs[0][-1]} channels cannot be normalised in {self.groups} groups",
                f"choose groups that divide {inputs[0][-1]}",
                inputs[0],
                about="groups",
            )
        return inputs[0]

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return _gamma_beta(self.scale, self.center, (inputs[0][-1],))


@dataclass(frozen=True, slots=True)
class LayerNorm(OpBase):
    """Layer normalisation over the last axis."""

    type_name = "LayerNormalization"
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True
    gamma_initializer: str = "ones"

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return _gamma_beta(self.scale, self.center, (inputs[0][-1],))


@dataclass(frozen=True, slots=True)
class Activation(OpBase):
    """An element-wise function (or one over the last axis, as softmax is), by Keras's name."""

    type_name = "Activation"
    function: str


@dataclass(frozen=True, slots=True)
class GlobalAvgPool(OpBase):
    """Mean over height and width, which stay as 1 x 1 if asked."""

    type_name = "GlobalAveragePooling2D"
    keepdims: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        channels = image(inputs[0], "global average pooling")[2]
        return (1, 1, channels) if self.keepdims else (channels,)


@dataclass(frozen=True, slots=True)
class Pad(OpBase):
    """A border around height and width: of zeros, of the lowest number, which no maximum takes, or mirrored."""

    padding: tuple[int, int]
    fill: Fill = "zeros"

    @property
    def type_name(self) -> str:  # type: ignore[override]
        """Name Keras's own layer where there is one: for zeros."""
        return "ZeroPadding2D" if self.fill == "zeros" else "FilledPadding2D"

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = image(inputs[0], "padding")
        if self.fill == "reflect" and (self.padding[0] >= height or self.padding[1] >= width):
            raise ShapeFault(
                f"{show(inputs[0])} cannot be mirrored by {show(self.padding)}",
                "use less padding, or less stride before it",
                about="padding",
            )
        return (height + 2 * self.padding[0], width + 2 * self.padding[1], channels)


@dataclass(frozen=True, slots=True)
class PadChannels(OpBase):
    """Zero channels before and after (He et al. 2015, option A)."""

    type_name = "ZeroPadding2D"
    before: int
    after: int

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = image(inputs[0], "channel padding")
        if min(self.before, self.after) < 0:
            filters = channels + self.before + self.after
            raise ShapeFault(
                f"{channels} channels cannot be padded to {filters}",
                "a pad shortcut only widens; project with a convolution here",
                (height, width, filters),
                about="filters",
            )
        return (height, width, channels + self.before + self.after)


@dataclass(frozen=True, slots=True)
class Dropout(OpBase):
    """Random zeros while training: single values, or whole images."""

    type_name = "Dropout"
    rate: float
    per_image: bool = False


@dataclass(frozen=True, slots=True)
class Reshape(OpBase):
    """The same values in another shape."""

    type_name = "Reshape"
    target: Shape

    def output_shape(self, *inputs: Shape) -> Shape:
        if prod(inputs[0]) != prod(self.target):
            raise ShapeFault(
                f"{show(inputs[0])} cannot be reshaped to {show(self.target)}",
                "only a 1 x 1 image is as large as its channels: put `global_avg_pool: {keepdims: true}` before it",
                self.target,
            )
        return self.target


@dataclass(frozen=True, slots=True)
class Multiply(OpBase):
    """Product of an image and its factors, of the same shape or 1 x 1 x channels."""

    type_name = "Multiply"

    def output_shape(self, *inputs: Shape) -> Shape:
        image_shape, factors = inputs
        if factors not in (image_shape, (*[1] * (len(image_shape) - 1), image_shape[-1])):
            raise ShapeFault(
                f"the gate's path gives {show(factors)} for an input of {show(image_shape)}",
                "let it end in the input's shape, or in 1 x 1 x its channels (`global_avg_pool: {keepdims: true}`)",
                image_shape,
                about="path",
            )
        return image_shape


@dataclass(frozen=True, slots=True)
class Flatten(OpBase):
    """All axes as one."""

    type_name = "Flatten"

    def output_shape(self, *inputs: Shape) -> Shape:
        return (prod(inputs[0]),)


@dataclass(frozen=True, slots=True)
class Dense(OpBase):
    """Fully connected layer on a flat input."""

    type_name = "Dense"
    units: int
    use_bias: bool = True
    activation: str = "linear"
    kernel_initializer: str = "glorot_uniform"
    l2: float = 0.0

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(inputs[0]) != 1:
            raise ShapeFault(
                f"a dense layer takes a vector, but its input is {show(inputs[0])}",
                "put `global_avg_pool` or `flatten` before it",
                (self.units,),
            )
        return (self.units,)

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (inputs[0][0], self.units))
        return (kernel, Weight("bias", (self.units,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        return self.weights(*inputs)[0].size


@dataclass(frozen=True, slots=True)
class Add(OpBase):
    """Sum of equal shapes: the shortcut first, then the residual path."""

    type_name = "Add"

    def output_shape(self, *inputs: Shape) -> Shape:
        if len(set(inputs)) > 1:
            shortcut, residual = inputs[0], inputs[1]
            raise ShapeFault(
                f"the shortcut gives {show(shortcut)}, the residual path {show(residual)}: they cannot be added",
                "both paths need the same `filters` and `strides: strides`; where the shortcut is the identity, let "
                "the block project (`project: shape_changes`, with a `path`)",
                residual,
            )
        return inputs[0]


@dataclass(frozen=True, slots=True)
class Normalize(OpBase):
    """Pixels to what the network was trained on: `x * scale + offset`, a channel at a time, after `channel_order`."""

    type_name = "Rescaling"
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    channel_order: Literal["rgb", "bgr"] = "rgb"


Op = (
    Input | Conv2D | BatchNorm | GroupNorm | LayerNorm | Activation | MaxPool | AvgPool | GlobalAvgPool
    | Pad | PadChannels | Dropout | Reshape | Flatten | Dense | Add | Multiply | Normalize
)  # fmt: skip


def _gamma_beta(scale: bool, center: bool, shape: Shape) -> tuple[Weight, ...]:
    return ((Weight("gamma", shape),) if scale else ()) + ((Weight("beta", shape),) if center else ())
