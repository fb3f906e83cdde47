"""The rules that change weights: Keras's optimizers, under its own names for their arguments."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.field import Count, Flag, Fraction, NonNegative, Positive, Tagged, tag_of

_Share = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=1)]


class OptimizerOptions(Tagged):
    """What every optimizer can be told."""

    keras_name: ClassVar[str]
    """Class in `keras.optimizers`, whose arguments the fields are."""
    learning_rate: Positive = 1e-3
    """Step size at the start, before the schedule changes it."""
    weight_decay: NonNegative | None = None
    """Decoupled decay of every weight, times the learning rate; default none."""


class Sgd(OptimizerOptions):
    """Stochastic gradient descent (`keras.optimizers.SGD`)."""

    tag: ClassVar[str] = "sgd"
    keras_name: ClassVar[str] = "SGD"
    learning_rate: Positive
    """Step size at the start, before the schedule changes it."""
    momentum: Fraction = 0.0
    """Share of the last step that is kept."""
    nesterov: Flag = False
    """Whether the gradient is taken after the momentum's step."""


class RmsProp(OptimizerOptions):
    """Steps divided by a running root mean square of gradients (`keras.optimizers.RMSprop`; Hinton 2012)."""

    tag: ClassVar[str] = "rmsprop"
    keras_name: ClassVar[str] = "RMSprop"
    rho: Fraction = 0.9
    """Decay of the mean of squares."""
    momentum: Fraction = 0.0
    """Share of the last step that is kept."""
    epsilon: Positive = 1e-7
    """Added to the denominator."""
    centered: Flag = False
    """Whether squares are of the distance from the mean gradient."""


class _Moments(OptimizerOptions):
    """What the optimizers of Adam's family share."""

    beta_1: Fraction = 0.9
    """Decay of the mean of gradients."""
    beta_2: Fraction = 0.999
    """Decay of the mean of their squares."""
    epsilon: Positive = 1e-7
    """Added to the denominator."""


class Adam(_Moments):
    """Adam (`keras.optimizers.Adam`; Kingma and Ba 2015)."""

    tag: ClassVar[str] = "adam"
    keras_name: ClassVar[str] = "Adam"


class AdamW(_Moments):
    """Adam with decoupled weight decay (`keras.optimizers.AdamW`; Loshchilov and Hutter 2019)."""

    tag: ClassVar[str] = "adamw"
    keras_name: ClassVar[str] = "AdamW"
    weight_decay: NonNegative | None = 4e-3
    """Decoupled decay of every weight, times the learning rate."""


class Nadam(_Moments):
    """Adam with Nesterov's momentum (`keras.optimizers.Nadam`; Dozat 2016)."""

    tag: ClassVar[str] = "nadam"
    keras_name: ClassVar[str] = "Nadam"


class Adamax(_Moments):
    """Adam by the largest gradients (`keras.optimizers.Adamax`; Kingma and Ba 2015)."""

    tag: ClassVar[str] = "adamax"
    keras_name: ClassVar[str] = "Adamax"


class Lamb(_Moments):
    """Adam with a step for each layer, for large batches (`keras.optimizers.Lamb`; You et al. 2020)."""

    tag: ClassVar[str] = "lamb"
    keras_name: ClassVar[str] = "Lamb"


class Adagrad(OptimizerOptions):
    """Steps divided by the root of all squares so far (`keras.optimizers.Adagrad`; Duchi et al. 2011)."""

    tag: ClassVar[str] = "adagrad"
    keras_name: ClassVar[str] = "Adagrad"
    initial_accumulator_value: NonNegative = 0.1
    """Where the sums of squares start."""
    epsilon: Positive = 1e-7
    """Added to the denominator."""


class Lion(OptimizerOptions):
    """The sign of a mean of gradients (`keras.optimizers.Lion`; Chen et al. 2023)."""

    tag: ClassVar[str] = "lion"
    keras_name: ClassVar[str] = "Lion"
    beta_1: _Share = 0.9
    """Share of the mean in a step: without it, the sign would be that of the gradient alone."""
    beta_2: Fraction = 0.99
    """Decay of the mean of gradients."""


class Muon(OptimizerOptions):
    """Steps made orthogonal by Newton-Schulz iterations (`keras.optimizers.Muon`; Jordan 2024).

    A convolution's kernel counts as the matrix of its (height x width x input) rows and output columns. Weights that
    are no matrices are changed by AdamW, at the same learning rate.
    """

    tag: ClassVar[str] = "muon"
    keras_name: ClassVar[str] = "Muon"
    weight_decay: NonNegative | None = 4e-3
    """Decoupled decay of every weight, times the learning rate."""
    momentum: Fraction = 0.95
    """Share of the last step that is kept."""
    nesterov: Flag = True
    """Whether the gradient is taken after the momentum's step."""
    ns_steps: Count = 5
    """Newton-Schulz iterations."""
    rms_rate: Positive | None = 0.2
    """A step's root mean square, so that Adam's learning rates fit (Liu et al. 2025); null leaves steps orthogonal."""


Optimizer = Annotated[
    Annotated[Sgd, Tag("sgd")]
    | Annotated[RmsProp, Tag("rmsprop")]
    | Annotated[Adam, Tag("adam")]
    | Annotated[AdamW, Tag("adamw")]
    | Annotated[Nadam, Tag("nadam")]
    | Annotated[Adamax, Tag("adamax")]
    | Annotated[Lamb, Tag("lamb")]
    | Annotated[Adagrad, Tag("adagrad")]
    | Annotated[Lion, Tag("lion")]
    | Annotated[Muon, Tag("muon")],
    Discriminator(tag_of),
]
