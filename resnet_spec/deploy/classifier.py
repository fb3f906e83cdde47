"""A network that is ready to run.

Enters: nothing. Leaves: the noun. It is made by `open_classifier` and run by `run_classifier`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from resnet_spec.deploy.description import Description

if TYPE_CHECKING:
    import onnxruntime


@dataclass(frozen=True, slots=True, eq=False)
class Classifier:
    """A loaded network, and what it says about itself."""

    name: str
    """What diagnostics call it: the path as given."""
    session: onnxruntime.InferenceSession
    """The network; its input and outputs have the names in `interface`."""
    description: Description
    """Class names, input size, spec."""
