"""How well a shipped network did when it was made, as its file says.

Enters: nothing. Leaves: the nouns. `read_record` reads them; nothing of it is measured here.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.deploy.precision import Reduction


@dataclass(frozen=True, slots=True)
class Tested:
    """What a training's own evaluation found."""

    images: int
    """Test images."""
    accuracy: float
    """Share of them whose best class is right."""


@dataclass(frozen=True, slots=True)
class Verified:
    """What `verify_onnx` found, as in `Verification`."""

    images: int
    batches: tuple[int, ...]
    max_difference: float
    max_relative: float
    tolerance: float
    top1_agreement: float
    opset: int
    nodes: dict[str, int]
    against: str


@dataclass(frozen=True, slots=True)
class Record:
    """What a file says of itself; None where it says nothing."""

    verified: Verified | None
    """Of the network in float32, where there is a reduction."""
    tested: Tested | None
    reduction: Reduction | None
    """None for a network in float32."""
    convolutions: int
    """Counted on the file."""
