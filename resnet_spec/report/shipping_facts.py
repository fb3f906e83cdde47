"""What a report tells of a run's ONNX files: whether they compute what was trained; how small, good, fast they are."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal


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
