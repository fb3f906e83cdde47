"""The nouns of a preview: what is known of a training before it begins."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassBalance:
    """How many images of a class each split has."""

    name: str
    train: int
    validation: int
    test: int


@dataclass(frozen=True, slots=True)
class SameImage:
    """Places that hold the same pixels."""

    places: tuple[str, ...]
    """`train cat/7.png`, and so on."""
    splits: tuple[str, ...]
    labels: tuple[str, ...]
    """The classes that it is said to show."""


@dataclass(frozen=True, slots=True)
class ImagesFacts:
    """The images, as the network gets them."""

    source: str
    streamed: bool
    bytes: int
    """All pixels at the input's shape."""
    validation_origin: str
    classes: tuple[ClassBalance, ...]
    broken: tuple[str, ...]
    """Files of class folders that cannot be used, each with the reason."""
    strangers: tuple[str, ...]
    """Files and folders that have no place in the layout, each with the reason; `train` leaves them out."""
    broken_stop: bool
    """Whether `train` stops at these, or leaves them out."""
    duplicates: tuple[SameImage, ...]
    channel_mean: tuple[float, ...]
    """Of training images after `normalize`, which should be near 0."""
    channel_std: tuple[float, ...]
    """Of the same, which should be near 1."""

    def between(self, one: str, other: str) -> int:
        """Count the images that stand in both splits."""
        return sum({one, other} <= set(found.splits) for found in self.duplicates)

    @property
    def contradictions(self) -> int:
        """Count the images that have several labels."""
        return sum(len(found.labels) > 1 for found in self.duplicates)


@dataclass(frozen=True, slots=True)
class RatePlan:
    """The learning rates of the whole run, if a metric does not change them."""

    name: str
    epochs: int
    steps_per_epoch: int
    at: tuple[float, ...]
    """Epochs since the beginning, of a selection of steps."""
    rates: tuple[float, ...]
    """The rate of each of these steps."""
    follows_metric: bool
    """Whether the rate may also drop where a metric no longer improves."""


@dataclass(frozen=True, slots=True)
class Preview:
    """Everything that is told before a training."""

    name: str
    description: str | None
    command: str
    images: ImagesFacts
    plan: RatePlan
    batch_size: int
    precision: str
    memory: dict[str, int]
    """Bytes by what needs them."""
    augmentations: tuple[str, ...]
    image_sizes: str
    """Of training images by epoch, in words; empty where they are always as large as the input."""
