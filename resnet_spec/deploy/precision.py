"""The smaller kinds of numbers that a network can be written in, each for the machines that it is fast on.

Enters: nothing. Leaves: the nouns. `reduce_precision` writes them.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

MAX_DROP = 0.3
"""Points of accuracy that a smaller network may lose, where nothing else is said."""
CALIBRATION_IMAGES = 256
"""Training images that ranges are read from, where nothing else is said: four times as many changed nothing."""


class Precision(StrEnum):
    """What a network computes in, instead of float32. In both kinds of int8, weights have a scale a channel."""

    INT8_UNSIGNED = "int8-unsigned"
    """Activations 0..255 with a zero point: what x86 processors multiply fast (without VNNI, large sums may clip)."""
    INT8_SIGNED = "int8-signed"
    """Activations -127..127 around zero: what ARM processors, TensorRT and most accelerators take."""
    FLOAT16 = "float16"
    """For GPUs."""


@dataclass(frozen=True, slots=True)
class Reduction:
    """What became of a network that was written in smaller numbers, and was let through."""

    precision: Precision
    calibration_images: int
    """Training images that the ranges of the activations were read from."""
    images: int
    """Images that both networks were scored on."""
    accuracy_before: float
    """Share of them that the float32 network names rightly."""
    accuracy_after: float
    max_drop: float
    """Points of accuracy (100 times the share) that it might lose."""
    top1_agreement: float
    """Share of images on which both networks name the same class."""
    convolutions: int
    integer_convolutions: int
    """Those of them that onnxruntime runs in integers on this machine, after its own rewriting."""

    @property
    def drop(self) -> float:
        """Points of accuracy lost; negative where it gained."""
        return 100 * (self.accuracy_before - self.accuracy_after)
