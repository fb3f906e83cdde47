"""How the network learns."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.field import Count, Flag, Fraction, Natural, Node, NonNegative, Positive, Tagged, tag_of

Metric = Literal["loss", "accuracy", "val_loss", "val_accuracy"]
Factor = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, lt=1)]


class Sgd(Tagged):
    """Stochastic gradient descent (`keras.optimizers.SGD`)."""

    tag: ClassVar[str] = "sgd"
    learning_rate: Positive
    """Step size at the start, before the schedule changes it."""
    momentum: Fraction = 0.0
    """Share of the last step that is kept."""
    nesterov: Flag = False
    """Whether the gradient is taken after the momentum's step."""
    weight_decay: NonNegative | None = None
    """Decoupled decay of every weight, times the learning rate; default none."""


class Adam(Tagged):
    """Adam (`keras.optimizers.Adam`; Kingma and Ba 2015)."""

    tag: ClassVar[str] = "adam"
    learning_rate: Positive = 1e-3
    """Step size at the start, before the schedule changes it."""
    beta_1: Fraction = 0.9
    """Decay of the mean of gradients."""
    beta_2: Fraction = 0.999
    """Decay of the mean of their squares."""
    epsilon: Positive = 1e-7
    """Added to the denominator."""
    weight_decay: NonNegative | None = None
    """Decoupled decay of every weight, times the learning rate; default none."""


Optimizer = Annotated[Annotated[Sgd, Tag("sgd")] | Annotated[Adam, Tag("adam")], Discriminator(tag_of)]


class Constant(Tagged):
    """The optimizer's learning rate, all the way."""

    tag: ClassVar[str] = "constant"


class Cosine(Tagged):
    """Half a cosine from the optimizer's learning rate down to `alpha` times it, step by step (Loshchilov 2017)."""

    tag: ClassVar[str] = "cosine"
    alpha: Fraction = 0.0
    """Share of the learning rate that is left at the end."""
    warmup_epochs: NonNegative = 0.0
    """Epochs in which the rate rises from zero in a straight line."""


class Plateau(Tagged):
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
    Annotated[Constant, Tag("constant")] | Annotated[Cosine, Tag("cosine")] | Annotated[Plateau, Tag("plateau")],
    Discriminator(tag_of),
]


class Ema(Node):
    """An exponential moving average of every weight, moving statistics included; validated, kept and exported."""

    momentum: Factor = 0.999
    """Share of the average that is kept each step; less at first: (1 + steps) / (10 + steps)."""


class EarlyStopping(Node):
    """Ends the run when a metric stops improving (`keras.callbacks.EarlyStopping`)."""

    monitor: Metric = "val_loss"
    """The metric looked at after each epoch."""
    patience: Count = 10
    """Epochs without an improvement before the run ends."""
    min_delta: NonNegative = 0.0
    """The least change that counts as an improvement."""


class Train(Node):
    """How the network learns: categorical cross-entropy, plus the penalties that the model states."""

    epochs: Count
    """Passes over the training images."""
    batch_size: Count = 128
    """Images a step; a last, partial batch is dropped."""
    optimizer: Optimizer
    """The rule that changes the weights."""
    schedule: Schedule = Constant()
    """How the learning rate changes."""
    label_smoothing: Fraction = 0.0
    """Share of the target that is spread over all classes."""
    monitor: Metric = "val_accuracy"
    """The best weights are those of the epoch that was best by this metric."""
    ema: Ema | None = None
    """An average of the weights, which is what is validated, kept and exported; default none."""
    early_stopping: EarlyStopping | None = None
    """When to end before the last epoch; default never."""
    max_minutes: Positive | None = None
    """End after the step that exceeds this many minutes of training, validate, and go on as after a last epoch."""
    precision: Literal["auto", "float32", "mixed_bfloat16"] = "auto"
    """Arithmetic of the layers, as in `keras.mixed_precision`; weights are kept, and exported, in float32. `auto` takes
    bfloat16 where a GPU or the processor (AVX512_BF16, AMX) multiplies in it, and says so."""
    checkpoint_seconds: NonNegative = 60.0
    """Seconds of training between two checkpoints, from which `--resume` goes on; 0 saves after every step."""
    seed: Natural = 0
    """What initial weights, order, augmentation and dropout follow from."""
