"""The closed set of ops. Each states its output shape, weights and MACs once; everything else folds over them.

Shapes leave out the batch and are height, width, channels, as in Keras.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar, Literal

from resnet_spec.ir.shape import Padding, Shape, ShapeFault, image, show, windows

Fill = Literal["zeros", "lowest", "reflect"]


@dataclass(frozen=True, slots=True)
class Weight:
    """An array of a layer: Keras's name for it, its shape, and whether gradients change it."""

    name: str
    shape: Shape
    trainable: bool = True

    @property
    def size(self) -> int:
        """Number of values."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class _Op:
    """What every op answers, given the shapes of its inputs; most have one input, no weights and no MACs."""

    type_name: ClassVar[str]

    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the output's shape, or raise `ShapeFault`."""
        return inputs[0]

    def weights(self, *_inputs: Shape) -> tuple[Weight, ...]:
        """Give the arrays of the layer, in Keras's order."""
        return ()

    def macs(self, *_inputs: Shape) -> int:
        """Count multiply-accumulates for one image (convolutions and dense layers; the field counts no others)."""
        return 0


@dataclass(frozen=True, slots=True)
class Input(_Op):
    """The image."""

    type_name = "InputLayer"
    shape: Shape

    def output_shape(self, *_inputs: Shape) -> Shape:
        return self.shape


@dataclass(frozen=True, slots=True)
class Conv2D(_Op):
    """2-D convolution, grouped or not."""

    type_name = "Conv2D"
    filters: int
    kernel_size: tuple[int, int]
    strides: tuple[int, int] = (1, 1)
    padding: Padding = "same"
    dilation_rate: int = 1
    groups: int = 1
    use_bias: bool = False
    kernel_initializer: str = "he_normal"
    l2: float = 0.0

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = image(inputs[0], "a convolution")
        _refuse_stride(self.strides, inputs[0])
        if max(self.strides) > 1 and self.dilation_rate > 1:
            raise ShapeFault(
                f"a stride of {self.strides[0]} and a dilation of {self.dilation_rate} cannot stand together",
                "Keras has no such convolution: let one of them be 1",
                about="dilation_rate",
            )
        sides = [
            windows(size, kernel, stride, self.padding, self.dilation_rate)
            for size, kernel, stride in zip((height, width), self.kernel_size, self.strides, strict=True)
        ]
        if min(sides) < 1:
            raise ShapeFault(
                f"a {show(self.kernel_size)} window does not fit into {show(inputs[0])}",
                "use a smaller kernel, less stride before it, or padding `same`",
                about="kernel_size",
            )
        guess = (*sides, self.filters)
        for what, count in (("input channels", channels), ("filters", self.filters)):
            if count % self.groups:
                raise ShapeFault(
                    f"{count} {what} cannot be split into {self.groups} groups",
                    f"choose groups that divide {count}",
                    guess,
                    about="groups",
                )
        return guess

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, inputs[0][2] // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        height, width, _ = self.output_shape(*inputs)
        return height * width * self.weights(*inputs)[0].size


@dataclass(frozen=True, slots=True)
class BatchNorm(_Op):
    """Batch normalisation over the last axis."""

    type_name = "BatchNormalization"
    momentum: float = 0.99
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        shape = (inputs[0][-1],)
        moving = (Weight("moving_mean", shape, trainable=False), Weight("moving_variance", shape, trainable=False))
        return _gamma_beta(self.scale, self.center, shape) + moving


@dataclass(frozen=True, slots=True)
class GroupNorm(_Op):
    """Group normalisation over the last axis."""

    type_name = "GroupNormalization"
    groups: int = 32
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True

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
class LayerNorm(_Op):
    """Layer normalisation over the last axis."""

    type_name = "LayerNormalization"
    epsilon: float = 1e-3
    scale: bool = True
    center: bool = True

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        return _gamma_beta(self.scale, self.center, (inputs[0][-1],))


@dataclass(frozen=True, slots=True)
class Activation(_Op):
    """An element-wise function (or softmax over the last axis), by Keras's name."""

    type_name = "Activation"
    function: str


@dataclass(frozen=True, slots=True)
class _Pool(_Op):
    pool_size: tuple[int, int]
    strides: tuple[int, int]
    padding: Padding = "valid"

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = image(inputs[0], "pooling")
        _refuse_stride(self.strides, inputs[0])
        sides = [
            windows(size, kernel, stride, self.padding)
            for size, kernel, stride in zip((height, width), self.pool_size, self.strides, strict=True)
        ]
        if min(sides) < 1:
            raise ShapeFault(
                f"a {show(self.pool_size)} pool does not fit into {show(inputs[0])}",
                "use a smaller pool, or less stride before it",
                about="pool_size",
            )
        return (*sides, channels)


@dataclass(frozen=True, slots=True)
class MaxPool(_Pool):
    """Maximum over windows."""

    type_name = "MaxPooling2D"


@dataclass(frozen=True, slots=True)
class AvgPool(_Pool):
    """Mean over windows; padded places do not count."""

    type_name = "AveragePooling2D"


@dataclass(frozen=True, slots=True)
class GlobalAvgPool(_Op):
    """Mean over height and width, which stay as 1 x 1 if asked."""

    type_name = "GlobalAveragePooling2D"
    keepdims: bool = False

    def output_shape(self, *inputs: Shape) -> Shape:
        channels = image(inputs[0], "global average pooling")[2]
        return (1, 1, channels) if self.keepdims else (channels,)


@dataclass(frozen=True, slots=True)
class Pad(_Op):
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
                f"{show(inputs[0])} cannot be mirrored by {show(self.padding)}", "use less padding", about="padding"
            )
        return (height + 2 * self.padding[0], width + 2 * self.padding[1], channels)


@dataclass(frozen=True, slots=True)
class PadChannels(_Op):
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
class Dropout(_Op):
    """Random zeros while training: single values, or whole images."""

    type_name = "Dropout"
    rate: float
    per_image: bool = False


@dataclass(frozen=True, slots=True)
class Reshape(_Op):
    """The same values in another shape."""

    type_name = "Reshape"
    target: Shape

    def output_shape(self, *inputs: Shape) -> Shape:
        if prod(inputs[0]) != prod(self.target):
            raise ShapeFault(f"{show(inputs[0])} cannot be reshaped to {show(self.target)}")
        return self.target


@dataclass(frozen=True, slots=True)
class Multiply(_Op):
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
class Flatten(_Op):
    """All axes as one."""

    type_name = "Flatten"

    def output_shape(self, *inputs: Shape) -> Shape:
        return (prod(inputs[0]),)


@dataclass(frozen=True, slots=True)
class Dense(_Op):
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
class Add(_Op):
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
class Normalize(_Op):
    """Pixels to what the network was trained on: `x * scale + offset`, a channel at a time, after `channel_order`."""

    type_name = "Rescaling"
    scale: tuple[float, ...]
    offset: tuple[float, ...]
    channel_order: Literal["rgb", "bgr"] = "rgb"


Op = (
    Input | Conv2D | BatchNorm | GroupNorm | LayerNorm | Activation | MaxPool | AvgPool | GlobalAvgPool
    | Pad | PadChannels | Dropout | Reshape | Flatten | Dense | Add | Multiply | Normalize
)  # fmt: skip


def _refuse_stride(strides: tuple[int, int], shape: Shape) -> None:
    if strides[0] > shape[0] or strides[1] > shape[1]:
        raise ShapeFault(
            f"a stride of {show(tuple(dict.fromkeys(strides)))} steps past the image, which is {show(shape)} here",
            "use less stride here or before, or a larger input",
            about="strides",
        )


def _gamma_beta(scale: bool, center: bool, shape: Shape) -> tuple[Weight, ...]:
    return ((Weight("gamma", shape),) if scale else ()) + ((Weight("beta", shape),) if center else ())
