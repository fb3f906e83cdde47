"""What a report tells of a training run: how it learned, on what, and how well it does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from resnet_spec.report.shipping_facts import Shipping, Speed, VerificationFacts

Metric = Literal["loss", "accuracy", "val_loss", "val_accuracy"]


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
