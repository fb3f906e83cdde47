"""What a report tells, as plain values that survive JSON.

Enters: figures that other rooms measured. Leaves: `Facts`. Nothing is computed here but what follows from one value.
`None` and NaN mean that a figure was not measured, or is not a number; reports say so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resnet_spec.passes.layer_table import Layer
from resnet_spec.passes.outline import Part

Metric = Literal["loss", "accuracy", "val_loss", "val_accuracy"]


@dataclass(frozen=True, slots=True)
class Expectation:
    """A published figure and the one found."""

    what: str
    """Name of the figure, `total_params`."""
    expected: int | float | str
    found: int | float | str | None
    """None where it was not measured."""
    ok: bool | None
    """Whether it holds; None for a figure of a training, a share of 1, which is only shown."""


@dataclass(frozen=True, slots=True)
class Epoch:
    """One pass over the training images."""

    epoch: int
    """From 1."""
    loss: float | None
    accuracy: float | None
    val_loss: float | None
    val_accuracy: float | None
    learning_rate: float | None
    """At the end of the epoch, before any drop."""
    seconds: float | None
    images_per_second: float | None
    best_so_far: bool
    """Whether its weights were kept as the best."""
    dropped_to: float | None
    """Learning rate after a drop of the schedule at the end of this epoch."""


@dataclass(frozen=True, slots=True)
class DataFacts:
    """Where the images came from, and how many."""

    source: str
    class_names: tuple[str, ...]
    train_images: int
    validation_images: int
    test_images: int
    validation_origin: str
    """What the validation images are, in words."""
    skipped: tuple[str, ...]
    """Files that were left out, with the reason."""


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one class is recognised, on the test images."""

    name: str
    images: int
    precision: float | None
    recall: float | None
    f1: float | None


@dataclass(frozen=True, slots=True)
class Scores:
    """How well the best weights do; accuracies are shares of 1."""

    train_accuracy: float | None
    validation_accuracy: float | None
    test_accuracy: float | None
    test_loss: float | None
    top5_accuracy: float | None
    confusion: tuple[tuple[int, ...], ...]
    """Test images: rows are true classes, columns predicted ones."""
    per_class: tuple[ClassScore, ...]
    accuracy_of_views: float | None = None
    """Of the test images seen several times, as the spec's `data.test_views` says."""


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Images whose first class was about as probable."""

    images: int
    confidence: float
    """Mean probability of the first class."""
    accuracy: float
    """Share of these images whose first class is right."""


@dataclass(frozen=True, slots=True)
class CalibrationFacts:
    """Whether the probabilities are what they say, on the test images."""

    bins: tuple[ConfidenceBin, ...]
    """From the least confident to the most; none is empty."""
    error: float
    """Expected calibration error: mean distance of confidence and accuracy, by images."""


@dataclass(frozen=True, slots=True)
class WrongImage:
    """A test image that was taken for something else, with much confidence."""

    name: str
    """Where it comes from."""
    true: str
    predicted: str
    confidence: float
    """Probability of `predicted`."""
    picture: str
    """A PNG file, in base64."""
    file: str
    """Its path from the report, with `/`."""


@dataclass(frozen=True, slots=True)
class VerificationFacts:
    """How the ONNX file compares with the network that was trained."""

    images: int
    batches: tuple[int, ...]
    """Batch sizes tried."""
    max_difference: float
    """Largest difference of two logits."""
    max_relative: float
    """The same, divided by the largest logit where that is above 1."""
    tolerance: float
    """What `max_relative` may be."""
    top1_agreement: float
    """Share of images with the same first class."""
    opset: int
    nodes: dict[str, int]
    """How many nodes of each operator."""
    against: str
    """Who ran the trained network: `Keras 3.15.1 on tensorflow`."""
    file_bytes: int
    file_sha256: str
    reduced: bool = False
    """Whether the file is a smaller one, made from the float32 network that was compared."""

    @property
    def holds(self) -> bool:
        """Whether the difference is within the tolerance; a NaN is not."""
        return self.max_relative <= self.tolerance


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast the ONNX file was, on the machine that scored it."""

    images: int
    images_per_second: float


@dataclass(frozen=True, slots=True)
class CallTime:
    """How long a network takes for so many images at once."""

    batch: int
    p50_ms: float
    """Half of the calls took no longer."""
    p95_ms: float
    images_per_second: float


@dataclass(frozen=True, slots=True)
class ShippedFile:
    """An ONNX file of a run: how large, how good, how fast."""

    name: str
    sha256: str
    bytes: int
    numbers: Literal["float32", "int8-unsigned", "int8-signed", "float16"]
    """What it computes in."""
    accuracy: float | None
    """Share of the test images that it names rightly; this and what follows is None where the file does not say."""
    images: int | None
    """Test images that it was scored on."""
    accuracy_before: float | None
    """Of the float32 network that it was made from, on the same images; None in float32."""
    max_drop: float | None
    """Points of accuracy, 100 times the share, that it might lose; None in float32."""
    convolutions: int
    integer_convolutions: int
    """Those of them that onnxruntime runs in integers."""
    times: tuple[CallTime, ...]

    @property
    def points_lost(self) -> float | None:
        """Points of accuracy lost to float32; negative where it gained."""
        if self.accuracy is None or self.accuracy_before is None:
            return None
        return 100 * (self.accuracy_before - self.accuracy)

    def ms(self, batch: int) -> float | None:
        """Give what half of the calls with so many images took at most, in milliseconds."""
        return next((time.p50_ms for time in self.times if time.batch == batch), None)

    def images_per_second(self, batch: int) -> float | None:
        """Give the speed with so many images a call."""
        return next((time.images_per_second for time in self.times if time.batch == batch), None)

    def times_as_fast(self, other: ShippedFile, batch: int) -> float | None:
        """Divide the other file's time by this one's."""
        mine, its = self.ms(batch), other.ms(batch)
        return its / mine if mine and its else None


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file that onnxruntime did not run."""

    name: str
    sha256: str
    reason: str


@dataclass(frozen=True, slots=True)
class Shipping:
    """The ONNX files of a run, timed in one sitting."""

    processor: str
    """What the machine calls it."""
    threads: int
    onnxruntime: str
    """Its version."""
    files: tuple[ShippedFile, ...]
    left_out: tuple[LeftOut, ...]

    @property
    def plain(self) -> ShippedFile | None:
        """The float32 file that the others are held against: the training's own, or else the first."""
        plain = [file for file in self.files if file.numbers == "float32"]
        return next((file for file in plain if file.name == "model.onnx"), plain[0] if plain else None)

    @property
    def images(self) -> int | None:
        """Test images that every score is of; None where they are not as many."""
        numbers = {file.images for file in self.files if file.images is not None}
        return numbers.pop() if len(numbers) == 1 else None


@dataclass(frozen=True, slots=True)
class RunFacts:
    """A training run, finished or not."""

    epochs: tuple[Epoch, ...]
    monitor: Metric
    """What decided which epoch was the best."""
    best_epoch: int
    """From 1; 0 where no epoch was."""
    seconds: float
    """Training in all."""
    data: DataFacts
    scores: Scores | None
    verification: VerificationFacts | None
    complete: bool
    calibration: CalibrationFacts | None = None
    wrong_images: tuple[WrongImage, ...] = ()
    """The worst first."""
    speed: Speed | None = None
    shipping: Shipping | None = None
    """None where no ONNX file is there, or none was timed."""
    planned_epochs: int | None = None
    """How many epochs the spec asks for; where it is not said, a complete run's own number."""

    @property
    def epoch_count(self) -> int | None:
        """How many epochs there are to be, if that is known."""
        return len(self.epochs) if self.planned_epochs is None and self.complete else self.planned_epochs


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a network again."""

    commands: tuple[str, ...]
    """What to type, in order."""
    remarks: tuple[str, ...] = ()
    """What these need beside the spec, and what they do not repeat, a sentence or two each."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a report tells about one network."""

    name: str
    description: str | None
    spec_yaml: str
    """The resolved spec."""
    spec_sha256: str
    recipe: Recipe
    parts: tuple[Part, ...]
    """The layers by stage and block."""
    layers: tuple[Layer, ...]
    total_params: int
    trainable_params: int
    non_trainable_params: int
    macs: int
    """Multiply-accumulates for one image."""
    expectations: tuple[Expectation, ...]
    environment: tuple[tuple[str, str], ...]
    run: RunFacts | None
    """None for a network that was built and not trained."""

    @property
    def checked(self) -> tuple[Expectation, ...]:
        """Published figures that the network was held against."""
        return tuple(row for row in self.expectations if row.ok is not None)

    @property
    def shown(self) -> tuple[Expectation, ...]:
        """Published figures of a training, shares of 1, that stand beside what this one reached."""
        return tuple(row for row in self.expectations if row.ok is None)
