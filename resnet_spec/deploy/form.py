"""How a shipped network takes images and gives its answer.

Enters: nothing. Leaves: the noun. It is said by the spec's `export`, and kept in the file's description.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.deploy.interface import LOGITS, PROBABILITIES
from resnet_spec.spec.export import DataFormat, Dtype


@dataclass(frozen=True, slots=True)
class Form:
    """What every file has where it does not say otherwise: float32, channels last, both outputs."""

    dtype: Dtype = "float32"
    data_format: DataFormat = "channels_last"
    resizes: bool = False
    """Whether the file takes images of any size."""
    outputs: tuple[str, ...] = (LOGITS, PROBABILITIES)
    """Names of the outputs."""


PLAIN = Form()
