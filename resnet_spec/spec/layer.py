"""The layers that a sequence is written with; Keras's names and meanings wherever Keras has them."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Tag

from resnet_spec.spec.activation import ACTIVATIONS, ActivationName
from resnet_spec.spec.expression import Expression, Extent, Pair, Share, Size
from resnet_spec.spec.field import Border, Count, Flag, Node, NonNegative, Reach, Tagged, tag_of
from resnet_spec.spec.norm import NormKind

Initializer = Literal[
    "he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform", "zeros", "ones"
]
KernelInitializer = Literal[Initializer, "dirac", "whitening"]
Constraint = Literal["none", "unit_norm"]
Padding = Literal["same", "valid", "symmetric"]


class Regularizer(Node):
    """A penalty on a kernel, added to the loss."""

    l2: NonNegative
    """Factor of the sum of squares, as in `keras.regularizers.L2`: the penalty is `l2 * sum(kernel ** 2)`."""


class Conv(Tagged):
    """2-D convolution (`keras.layers.Conv2D`)."""

    tag: ClassVar[str] = "conv"
    filters: Size | None = None
    """Output channels. Inside a block the default is the block's `filters`."""
    multiple_of: Reach = 1
    """Rounds `filters` to the nearest multiple of this, and at least to it (timm's `make_divisible`)."""
    kernel_size: Pair = (Expression.of(3), Expression.of(3))
    """Height and width of the kernel, in pixels; one size is both."""
    strides: Size | None = None
    """Step in pixels; default 1. Inside a block `strides: strides` takes the stride of the block."""
    padding: Padding | None = None
    """`same` (TensorFlow's, uneven at stride 2), `symmetric` (PyTorch's: (dilated kernel - 1) // 2 on every side) or
    `valid`. Default: `model.conv.padding`."""
    dilation_rate: Extent = Expression.of(1)
    """Distance between the kernel's taps."""
    groups: Size | None = None
    """Number of groups that input and output channels are split into; default 1."""
    use_bias: Flag | None = None
    """Whether a bias is added. Default: `model.conv.use_bias`."""
    kernel_initializer: KernelInitializer | None = None
    """How the kernel starts. Keras's names, and: `dirac` lets the first outputs be the inputs, and draws the others
    (`lecun_normal`; Zagoruyko 2017); `whitening` makes outputs that are uncorrelated, from training images: the leading
    eigenvectors of their patches, scaled, and the negatives of these (Page 2019), so that `filters` is even and at most
    twice a patch's values. Default: `model.conv.kernel_initializer`."""
    kernel_regularizer: Regularizer | None = None
    """Default: `model.conv.kernel_regularizer`."""
    kernel_constraint: Constraint | None = None
    """Default: `model.conv.kernel_constraint`."""


class Norm(Tagged):
    """Normalisation; bare, the model's (`model.norm`).

    Options are written as those of `model.norm`: `norm: layer`, `norm: {batch: {gamma_initializer: zeros}}`. What they
    do not say is as `model.norm` says where that is of the same kind, and else the kind's default.
    """

    tag: ClassVar[str] = "norm"
    content: ClassVar[str | None] = "chosen"
    chosen: NormKind | None = None
    """The kind at this place. Default: `model.norm`."""


class Activation(Tagged):
    """An element-wise function; bare, the model's `activation`. A function's name alone (`relu`) is short for it."""

    tag: ClassVar[str] = "activation"
    shorthand: ClassVar[str | None] = "function"
    function: ActivationName | None = None
    """Name of the function, as in `keras.activations`. Default: `model.activation`."""


class MaxPool(Tagged):
    """Maximum over windows (`keras.layers.MaxPooling2D`)."""

    tag: ClassVar[str] = "max_pool"
    pool_size: Size = Expression.of(2)
    """Height and width of the window; a window of 1 with a stride of 1 is left out."""
    strides: Size | None = None
    """Step in pixels; default: the pool size."""
    padding: Padding = "valid"
    """As for `conv`; padded places never win."""


class AvgPool(Tagged):
    """Mean over windows (`keras.layers.AveragePooling2D`)."""

    tag: ClassVar[str] = "avg_pool"
    pool_size: Size = Expression.of(2)
    """Height and width of the window; a window of 1 with a stride of 1 is left out."""
    strides: Size | None = None
    """Step in pixels; default: the pool size."""
    padding: Literal["same", "valid"] = "valid"
    """As for `conv`; with `same`, padded places do not count in the mean."""


class BlurPool(Tagged):
    """A blur that strides, against aliasing (Zhang 2019); where nothing strides it is left out, blur and all.

    The kernel is binomial, [1, 2, 1] / 4 down and across for a `pool_size` of 3; the image is mirrored by
    (`pool_size` - 1) / 2 pixels at its edges. It is made of averages of two pixels, without parameters, and, like every
    pool, counts no MACs.
    """

    tag: ClassVar[str] = "blur_pool"
    pool_size: Extent = Expression.of(3)
    """Height and width of the kernel, an odd number."""
    strides: Size = Expression.of(2)
    """Step in pixels."""


class GlobalAvgPool(Tagged):
    """Mean over height and width (`keras.layers.GlobalAveragePooling2D`)."""

    tag: ClassVar[str] = "global_avg_pool"
    keepdims: Flag = False
    """Whether height and width stay, as 1 x 1."""


class Pad(Tagged):
    """A border around height and width (`keras.layers.ZeroPadding2D`, or a mirrored one)."""

    tag: ClassVar[str] = "pad"
    shorthand: ClassVar[str | None] = "padding"
    padding: Border
    """Rows and columns added on every side."""
    fill: Literal["zeros", "reflect"] = "zeros"
    """What is added: zeros, or the mirrored image."""


class PadChannels(Tagged):
    """Zero channels, half before and half after, up to `filters`: He et al. 2015, shortcut option A."""

    tag: ClassVar[str] = "pad_channels"
    filters: Size | None = None
    """Channels after padding. Inside a block the default is the block's `filters`."""


class Dropout(Tagged):
    """Random zeros while training (`keras.layers.Dropout`)."""

    tag: ClassVar[str] = "dropout"
    shorthand: ClassVar[str | None] = "rate"
    rate: Share
    """Share of the inputs that is dropped, below 1; with a share of 0 the layer is left out."""


class StochasticDepth(Tagged):
    """Drops a whole image's path while training, and scales what is kept (Huang et al. 2016)."""

    tag: ClassVar[str] = "stochastic_depth"
    shorthand: ClassVar[str | None] = "rate"
    rate: Share
    """Share of the images whose path is dropped, below 1; `0.2 * depth` grows it from block to block. With a share of
    0 the layer is left out."""


class ChannelConv(Tagged):
    """One small kernel slid along the channels of a 1 x 1 image (Wang et al. 2020, efficient channel attention)."""

    tag: ClassVar[str] = "channel_conv"
    kernel_size: Extent | None = None
    """Channels under the kernel. Default: the odd number nearest to (log2(channels) + 1) / 2 from above, at least 3."""


class Gate(Tagged):
    """Multiplies its input by what `path` makes of it, as squeeze-and-excitation does (Hu et al. 2018)."""

    tag: ClassVar[str] = "gate"
    shorthand: ClassVar[str | None] = "path"
    path: Sequence
    """The layers that compute the factors: of the input's shape, or 1 x 1 x channels."""


class Flatten(Tagged):
    """Height, width and channels as one axis (`keras.layers.Flatten`)."""

    tag: ClassVar[str] = "flatten"


class Dense(Tagged):
    """Fully connected layer (`keras.layers.Dense`)."""

    tag: ClassVar[str] = "dense"
    units: Count | None = None
    """Outputs. Default: `model.classes`."""
    activation: ActivationName | None = None
    """Function applied to the output; default none."""
    use_bias: Flag = True
    """Whether a bias is added."""
    kernel_initializer: Initializer = "glorot_uniform"
    """How the kernel starts."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernel; default none."""


Layer = (
    Conv | Norm | Activation | MaxPool | AvgPool | BlurPool | GlobalAvgPool | Pad | PadChannels | Dropout
    | StochasticDepth | ChannelConv | Gate | Flatten | Dense
)  # fmt: skip


def _tag(value: Any) -> str | None:
    tag = tag_of(value)
    return Activation.tag if isinstance(value, str) and tag in ACTIVATIONS else tag


Item = Annotated[
    Annotated[Conv, Tag("conv")]
    | Annotated[Norm, Tag("norm")]
    | Annotated[Activation, Tag("activation")]
    | Annotated[MaxPool, Tag("max_pool")]
    | Annotated[AvgPool, Tag("avg_pool")]
    | Annotated[BlurPool, Tag("blur_pool")]
    | Annotated[GlobalAvgPool, Tag("global_avg_pool")]
    | Annotated[Pad, Tag("pad")]
    | Annotated[PadChannels, Tag("pad_channels")]
    | Annotated[Dropout, Tag("dropout")]
    | Annotated[StochasticDepth, Tag("stochastic_depth")]
    | Annotated[ChannelConv, Tag("channel_conv")]
    | Annotated[Gate, Tag("gate")]
    | Annotated[Flatten, Tag("flatten")]
    | Annotated[Dense, Tag("dense")],
    Discriminator(_tag),
]
Sequence = tuple[Item, ...]
Gate.model_rebuild()


class ConvDefaults(Node):
    """What every convolution does unless it says otherwise."""

    use_bias: Flag = False
    """Whether a bias is added (the field adds none where a norm follows; the seed network does)."""
    padding: Padding = "same"
    """`same`, `symmetric` or `valid`: see `conv`."""
    kernel_initializer: KernelInitializer = "he_normal"
    """How kernels start: see `conv`."""
    kernel_regularizer: Regularizer | None = None
    """Penalty on the kernels; default none."""
    kernel_constraint: Constraint = "none"
    """What holds after every step: with `unit_norm` each filter has a length of 1 (`keras.constraints.UnitNorm`), which
    a norm behind it does not notice, and which keeps the learning rate's effect the same all the way."""
