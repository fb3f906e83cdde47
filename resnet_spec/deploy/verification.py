"""What a verification found.

Enters: nothing. Leaves: the noun. The checks themselves are in `verify_onnx`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Verification:
    """Figures of a network that passed: how near its logits are to those of the network that it was made from."""

    images: int
    """Real images compared; made-up ones (black, white, noise, large values) come on top."""
    batches: tuple[int, ...]
    """Batch sizes that were run."""
    max_difference: float
    """Largest absolute difference of a logit, over everything that was run."""
    max_relative: float
    """Largest difference divided by max(1, largest reference logit of the same kind of image)."""
    worst_image: str
    """The image with the largest `max_relative`, such as `real image 12`: its index among the images given."""
    tolerance: float
    """What `max_relative` may be."""
    top1_agreement: float
    """Share of all images compared, real and made-up, on which both networks name the same class."""
    ties: int
    """Images on which they do not, because the reference's two best logits are nearer than twice the difference."""
    nodes: Mapping[str, int]
    """How many nodes of each operator, by name."""
    opset: int
    """Version of the default operator set."""
    seconds: float
    """How long the verification took."""
    against: str
    """What the network was compared with, as a person reads it: `Keras 3.15.1 on tensorflow`."""
