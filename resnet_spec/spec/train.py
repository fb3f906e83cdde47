"""How the network learns."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Literal

from pydantic import Discriminator, Field, Tag

from resnet_spec.spec.field import (
    Count,
    Flag,
    Fraction,
    Natural,
    Node,
    NonNegative,
    Positive,
    Side,
    Tagged,
    Text,
    tag_of,
)
from resnet_spec.spec.optimizer import Optimizer
from resnet_spec.spec.schedule import Constant, Factor, Metric, Schedule

Share = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0, le=1)]


class Ema(Tagged):
    """An exponential moving average of every weight, moving statistics included."""

    tag: ClassVar[str] = "ema"
    momentum: Factor = 0.999
    """Share of the average that is kept each step; less at first: (1 + steps) / (10 + steps)."""


class Lookahead(Tagged):
    """Slow weights that follow the fast ones every few steps, and take them back (Zhang et al. 2019)."""

    tag: ClassVar[str] = "lookahead"
    sync_period: Count = 6
    """Steps between two such meetings."""
    slow_step_size: Share = 0.5
    """Share of the way to the fast weights that the slow ones go."""
    ramp: NonNegative = 0.0
    """Lets the share fall from 1 to `slow_step_size`, by this power of the share of the run that is over (Jordan 2024);
    0 keeps it the same."""


Average = Annotated[Annotated[Ema, Tag("ema")] | Annotated[Lookahead, Tag("lookahead")], Discriminator(tag_of)]


def _is_balanced(value: Any) -> str:
    return "word" if isinstance(value, str) else "mapping"


ClassWeight = Annotated[
    Annotated[dict[Text, Positive], Tag("mapping")] | Annotated[Literal["balanced"], Tag("word")],
    Discriminator(_is_balanced),
]


class EarlyStopping(Node):
    """Ends the run when a metric stops improving (`keras.callbacks.EarlyStopping`)."""

    monitor: Metric = "val_loss"
    """The metric looked at after each epoch."""
    patience: Count = 10
    """Epochs without an improvement before the run ends."""
    min_delta: NonNegative = 0.0
    """The least change that counts as an improvement."""


class Epochs(Node):
    """The epochs in which weights are trained."""

    from_epoch: Count = 1
    """The first of them."""
    until_epoch: Count | None = None
    """The last of them; default the last of the run."""


def _is_word(value: Any) -> str:
    return "epochs" if isinstance(value, dict | Epochs) else "word"


Trainable = Annotated[Annotated[Flag, Tag("word")] | Annotated[Epochs, Tag("epochs")], Discriminator(_is_word)]


class Group(Node):
    """What is different for some weights. Where several groups match a weight, the last that says a thing counts."""

    match: Text
    """Path names of weights, where `*` stands for anything: `head.*`, `stage*.conv*.kernel`, `*.beta`."""
    optimizer: Optimizer | None = None
    """The rule that changes these weights; default: the run's."""
    learning_rate_factor: Positive | None = None
    """What their learning rate is multiplied by; default 1."""
    weight_decay: NonNegative | None = None
    """Their decay, in the place of the optimizer's; a later group whose `optimizer` says a `weight_decay` of its own
    brings that one."""
    trainable: Trainable | None = None
    """Whether they are trained: `false` freezes them, `{from_epoch: 4}` and `{until_epoch: 3}` do so for a time. A norm
    whose gamma and beta are frozen works as after training, and keeps its statistics: a frozen layer of Keras's."""


def _is_list(value: Any) -> str:
    return "sides" if isinstance(value, list | tuple) else "side"


class Smaller(Node):
    """Epochs in which training images are smaller than the input."""

    size: Annotated[Annotated[Side, Tag("side")] | Annotated[tuple[Side, Side], Tag("sides")], Discriminator(_is_list)]
    """Height and width in pixels; one number is both."""
    until_epoch: Count
    """The last of these epochs."""

    @property
    def sides(self) -> tuple[int, int]:
        """Height and width."""
        return (self.size, self.size) if isinstance(self.size, int) else self.size


class Train(Node):
    """How the network learns: categorical cross-entropy, plus the penalties that the model states."""

    epochs: Count
    """Passes over the training images."""
    batch_size: Count = 128
    """Images a step; a last, partial batch is dropped."""
    progressive_resizing: tuple[Smaller, ...] = ()
    """Sizes that training images have in the first epochs, one after the other and each larger than the one before:
    they are made smaller after `data.augment`. A step takes less time then, and teaches nearly as much (Howard 2018;
    Tan 2021, arXiv 2104.00298). Later epochs, validation and the exported file see images of the input's size."""
    optimizer: Optimizer
    """The rule that changes the weights."""
    groups: tuple[Group, ...] = ()
    """Weights that are treated otherwise, by path name."""
    schedule: Schedule = Constant()
    """How the learning rate changes; the rates of all groups change alike."""
    global_clipnorm: Positive | None = None
    """The largest norm of all gradients together; larger ones are scaled down to it. Default: no limit."""
    clipvalue: Positive | None = None
    """The largest value of a gradient; larger ones are cut off. Default: no limit."""
    gradient_accumulation_steps: Count = 1
    """Parts that a batch is run in, one after the other, to save memory; each part has norms and masks of its own."""
    label_smoothing: Fraction = 0.0
    """Share of the target that is spread over all classes."""
    class_weight: ClassWeight | None = None
    """What the training loss of an image is multiplied by, for each class by its name or its index, as by
    `class_weight` of Keras's `fit`; or `balanced`: images / (classes x images of the class), as in scikit-learn. A
    mixed target has the weights of its classes in its proportions. Default: all the same."""
    monitor: Metric = "val_accuracy"
    """The best weights are those of the epoch that was best by this metric."""
    average: Average | None = None
    """An average of the weights, which is what is validated, kept and exported; default none."""
    early_stopping: EarlyStopping | None = None
    """When to end before the last epoch; default never."""
    max_minutes: Positive | None = None
    """End after the step that exceeds this many minutes of training, validate, and go on as after a last epoch. A run
    that is resumed with more time begins the next epoch; the rest of the one that was cut is not made up for."""
    precision: Literal["auto", "float32", "mixed_bfloat16"] = "auto"
    """Arithmetic of the layers, as in `keras.mixed_precision`; weights are kept, and exported, in float32. `auto` takes
    bfloat16 where a GPU or the processor (AVX512_BF16, AMX) multiplies in it, and says so."""
    checkpoint_seconds: NonNegative = 60.0
    """Seconds of training between two checkpoints, from which `--resume` goes on; 0 saves after every step."""
    seed: Natural = 0
    """What initial weights, order, augmentation and dropout follow from."""
