"""The kinds of normalisation; Keras's names and meanings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Tag

from resnet_spec.spec.field import Count, Flag, Fraction, Positive, Tagged, tag_of

Gamma = Literal["ones", "zeros"]


class BatchNorm(Tagged):
    """Batch normalisation (`keras.layers.BatchNormalization`)."""

    tag: ClassVar[str] = "batch"
    momentum: Fraction = 0.9
    """Share of the old moving average that is kept; PyTorch's momentum is one minus this. Keras's own default is 0.99,
    whose statistics lag behind in runs of a few hundred steps."""
    epsilon: Positive = 1e-3
    """Added to the variance. Keras's default; PyTorch's is 1e-5."""
    scale: Flag = True
    """Whether a factor (gamma) is learnt."""
    center: Flag = True
    """Whether an offset (beta) is learnt."""
    gamma_initializer: Gamma = "ones"
    """How gamma starts. With `zeros` in the last norm of a residual path, a block starts as its shortcut (Goyal et al.
    2017)."""


class GroupNorm(Tagged):
    """Group normalisation (`keras.layers.GroupNormalization`)."""

    tag: ClassVar[str] = "group"
    groups: Count = 32
    """Number of groups of channels that share a mean and a variance."""
    epsilon: Positive = 1e-3
    """Added to the variance."""
    scale: Flag = True
    """Whether a factor (gamma) is learnt."""
    center: Flag = True
    """Whether an offset (beta) is learnt."""
    gamma_initializer: Gamma = "ones"
    """How gamma starts."""


class LayerNorm(Tagged):
    """Layer normalisation over the channels of each pixel (`keras.layers.LayerNormalization`)."""

    tag: ClassVar[str] = "layer"
    epsilon: Positive = 1e-3
    """Added to the variance."""
    scale: Flag = True
    """Whether a factor (gamma) is learnt."""
    center: Flag = True
    """Whether an offset (beta) is learnt."""
    gamma_initializer: Gamma = "ones"
    """How gamma starts."""


NormKind = Annotated[
    Annotated[BatchNorm, Tag("batch")] | Annotated[GroupNorm, Tag("group")] | Annotated[LayerNorm, Tag("layer")],
    Discriminator(tag_of),
]
