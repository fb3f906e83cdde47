"""How the learning rate changes, in epochs or in steps."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.field import Fraction, Natural, Node, NonNegative, Positive, Tagged, tag_of

Metric = Literal["loss", "accuracy", "val_loss", "val_accuracy"]
Factor = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=1)]


class Steps(Node):
    """A time in training steps, where a number alone counts epochs."""

    steps: Natural
    """How many."""


class SomeSteps(Steps):
    """A time of at least one training step, where a number alone counts epochs."""

    steps: Annotated[int, Field(strict=True, ge=1, le=2**32 - 1)]
    """How many."""


def _is_mapping(value: Any) -> str:
    return "steps" if isinstance(value, dict | Steps) else "epochs"


Time = Annotated[Annotated[NonNegative, Tag("epochs")] | Annotated[Steps, Tag("steps")], Discriminator(_is_mapping)]
"""A number of epochs, or `{steps: 500}`."""
SomeTime = Annotated[
    Annotated[Positive, Tag("epochs")] | Annotated[SomeSteps, Tag("steps")], Discriminator(_is_mapping)
]
"""A time that is not 0."""


class _Warming(Tagged):
    """What a schedule that can begin low is told."""

    warmup: Time = 0.0
    """Time in which the rate rises from zero in a straight line; epochs, or `{steps: 500}`."""


class Constant(_Warming):
    """The optimizer's learning rate, all the way."""

    tag: ClassVar[str] = "constant"


class Cosine(_Warming):
    """Half a cosine from the optimizer's learning rate down to `alpha` times it, step by step (Loshchilov 2017)."""

    tag: ClassVar[str] = "cosine"
    alpha: Fraction = 0.0
    """Share of the learning rate that is left at the end."""


class Polynomial(_Warming):
    """From the optimizer's learning rate down to `alpha` times it, by a power of what is left of the run."""

    tag: ClassVar[str] = "polynomial"
    alpha: Fraction = 0.0
    """Share of the learning rate that is left at the end."""
    power: Positive = 1.0
    """1 is a straight line (`keras.optimizers.schedules.PolynomialDecay`)."""


class Step(_Warming):
    """Multiplies the rate by a factor at regular times."""

    tag: ClassVar[str] = "step"
    every: SomeTime
    """Time between two drops; epochs, or `{steps: 500}`."""
    factor: Factor = 0.1
    """What the rate is multiplied by."""


class MultiStep(_Warming):
    """Multiplies the rate by a factor at given times."""

    tag: ClassVar[str] = "multi_step"
    milestones: Annotated[tuple[SomeTime, ...], Field(min_length=1)]
    """When, counted from the start and one after the other; each in epochs, or `{steps: 500}`."""
    factor: Factor = 0.1
    """What the rate is multiplied by."""


class OneCycle(Tagged):
    """Up to the optimizer's learning rate and down again (Smith 2018); with `linear`, a triangle."""

    tag: ClassVar[str] = "one_cycle"
    peak: Fraction = 0.3
    """When the optimizer's learning rate is reached, as a share of the run."""
    initial: Fraction = 0.04
    """Share of the learning rate at the start."""
    alpha: Fraction = 0.0
    """Share of the learning rate that is left at the end."""
    anneal: Literal["cosine", "linear"] = "cosine"
    """The form of both slopes."""


class Plateau(_Warming):
    """Lowers the rate when a metric stops improving (`keras.callbacks.ReduceLROnPlateau`)."""

    tag: ClassVar[str] = "plateau"
    monitor: Metric = "val_loss"
    """The metric looked at after each epoch."""
    factor: Factor = 0.1
    """What the rate is multiplied by."""
    patience: Natural = 10
    """Epochs without an improvement before the rate is lowered."""
    min_delta: NonNegative = 1e-4
    """The least change that counts as an improvement."""
    cooldown: Natural = 0
    """Epochs after a drop in which nothing is counted."""
    min_lr: NonNegative = 0.0
    """The rate never falls below this."""


Schedule = Annotated[
    Annotated[Constant, Tag("constant")]
    | Annotated[Cosine, Tag("cosine")]
    | Annotated[Polynomial, Tag("polynomial")]
    | Annotated[Step, Tag("step")]
    | Annotated[MultiStep, Tag("multi_step")]
    | Annotated[OneCycle, Tag("one_cycle")]
    | Annotated[Plateau, Tag("plateau")],
    Discriminator(tag_of),
]
