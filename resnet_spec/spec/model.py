"""The network: input, defaults, blocks as data, stem, stages, head."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.activation import ActivationName
from resnet_spec.spec.expression import Expression, Size
from resnet_spec.spec.field import Count, Node, Number, Reach, Side
from resnet_spec.spec.layer import ConvDefaults, Sequence
from resnet_spec.spec.norm import BatchNorm, NormKind

Project = Literal["never", "shape_changes", "first_of_stage", "always"]
Name = Annotated[str, Field(strict=True, pattern=r"^[a-z][a-z0-9_]*$", max_length=64)]


class Input(Node):
    """What the network sees."""

    shape: tuple[Side, Side, Side]
    """Height, width and channels of an image, in pixels."""


class Shortcut(Node):
    """The way around the residual path."""

    project: Project = "shape_changes"
    """When the shortcut is the `path` instead of the identity: `never`, where the residual path changes the shape
    (`shape_changes`), in the first block of every stage (`first_of_stage`), or in every block (`always`): options B and
    C of He et al. 2015 are `shape_changes` and `always`."""
    path: Sequence = ()
    """The projection: the layers between the block's input and the addition."""


def _is_word(value: Any) -> str:
    return "word" if isinstance(value, str) else "mapping"


ShortcutChoice = Annotated[
    Annotated[Shortcut, Tag("mapping")] | Annotated[Literal["none"], Tag("word")], Discriminator(_is_word)
]


class Block(Node):
    """A residual block as data: `after(shortcut(x) + residual(before(x)))`."""

    parameters: dict[Name, Number] = {}
    """Names that sizes inside the block may use, and their values where the model and the stage say nothing.
    `filters`, `strides` (of the stage; 1 after its first block), `channels` (entering the layer) and `depth` (the
    block's place in the network: 1 / blocks for the first, 1 for the last) are always there."""
    before: Sequence = ()
    """The layers ahead of both paths (pre-activation): the residual path and a projection read their output, an
    identity shortcut the block's input."""
    residual: Annotated[Sequence, Field(min_length=1)]
    """The layers of the residual path."""
    shortcut: ShortcutChoice = Shortcut()
    """The way around the residual path; `none` makes a plain block, without an addition."""
    after: Sequence = ()
    """The layers after the addition."""


class Stage(Node):
    """Blocks of one width; the first of them applies the stride."""

    block: Name
    """Name of a block of `model.blocks`, or of a shipped one."""
    filters: Size
    """The block's `filters`: channels of its 3x3 convolutions, before any expansion."""
    multiple_of: Reach = 1
    """Rounds `filters` to the nearest multiple of this, and at least to it, as for `conv`: for a width multiplier."""
    blocks: Size
    """How many blocks. What comes of a parameter is rounded up: a depth multiplier (Tan and Le 2019, EfficientNet)."""
    strides: Size = Expression.of(1)
    """Step of the first block, in pixels."""
    project: Project | None = None
    """Overrides the block's `shortcut.project` in this stage."""
    parameters: dict[Name, Number] = {}
    """Values for the block's parameters in this stage."""
    entry: Sequence = ()
    """Layers before the first block."""


class Model(Node):
    """The network, from image to class."""

    input: Input
    """What the network sees."""
    classes: Count
    """Number of classes."""
    conv: ConvDefaults = ConvDefaults()
    """What every convolution does unless it says otherwise."""
    norm: NormKind = BatchNorm()
    """What `norm` stands for."""
    activation: ActivationName = "relu"
    """What `activation` stands for."""
    parameters: dict[Name, Number] = {}
    """Names for the sizes of stem, stages and head (a width or depth multiplier), and values for the blocks' own
    parameters in every stage that does not say otherwise."""
    blocks: dict[Name, Block] = {}
    """Blocks that this spec defines, by name; they come before shipped ones of the same name."""
    stem: Sequence
    """The layers before the first stage."""
    stages: Annotated[tuple[Stage, ...], Field(min_length=1)]
    """The residual stages, in order."""
    head: Annotated[Sequence, Field(min_length=1)]
    """The layers after the last stage; they end in one number a class."""
