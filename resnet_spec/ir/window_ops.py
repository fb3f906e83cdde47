"""The ops that slide a window over an image: convolution and pooling."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.ir.op import OpBase, Weight
from resnet_spec.ir.shape import Padding, Shape, ShapeFault, image, show, windows


@dataclass(frozen=True, slots=True)
class Conv2D(OpBase):
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
    unit_norm: bool = False

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
        if self.kernel_initializer == "whitening":
            self._check_whitening(channels, guess)
        return guess

    def _check_whitening(self, channels: int, guess: Shape) -> None:
        values = self.kernel_size[0] * self.kernel_size[1] * channels
        if self.groups > 1:
            raise ShapeFault("a convolution in groups cannot be whitened", "leave `groups` out", guess, about="groups")
        if self.filters % 2 or self.filters > 2 * values:
            raise ShapeFault(
                f"{self.filters} filters cannot be whitening: they come in pairs, and a patch has {values} values",
                f"use an even number of filters, up to {2 * values}",
                guess,
                about="filters",
            )

    def weights(self, *inputs: Shape) -> tuple[Weight, ...]:
        kernel = Weight("kernel", (*self.kernel_size, inputs[0][2] // self.groups, self.filters))
        return (kernel, Weight("bias", (self.filters,))) if self.use_bias else (kernel,)

    def macs(self, *inputs: Shape) -> int:
        height, width, _ = self.output_shape(*inputs)
        return height * width * self.weights(*inputs)[0].size


@dataclass(frozen=True, slots=True)
class _Pool(OpBase):
    pool_size: tuple[int, int]
    strides: tuple[int, int]
    padding: Padding = "valid"

    def output_shape(self, *inputs: Shape) -> Shape:
        height, width, channels = image(inputs[0], "pooling")
        # A stride that leaves no gap between windows reads all of an image, however small that is.
        _refuse_stride(self.strides, inputs[0], self.pool_size)
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


def _refuse_stride(strides: tuple[int, int], shape: Shape, windows: tuple[int, int] = (1, 1)) -> None:
    if any(stride > max(sides) for stride, *sides in zip(strides, shape[:2], windows, strict=True)):
        raise ShapeFault(
            f"a stride of {show(tuple(dict.fromkeys(strides)))} steps past the image, which is {show(shape)} here",
            "use less stride here or before, or a larger input",
            about="strides",
        )
