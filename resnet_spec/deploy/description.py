"""What a network says about itself, beyond its arithmetic.

Enters: nothing. Leaves: the noun, and the names under which it is kept in an ONNX file. No reading or writing here.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from resnet_spec.data.fit_image import Resize
from resnet_spec.deploy.form import PLAIN, Form

VERSION_KEY = "resnet_spec.version"
SPEC_KEY = "resnet_spec.spec"
SPEC_SHA256_KEY = "resnet_spec.spec_sha256"
CLASS_NAMES_KEY = "resnet_spec.class_names"
INPUT_KEY = "resnet_spec.input"
OUTPUTS_KEY = "resnet_spec.outputs"
VERIFICATION_KEY = "resnet_spec.verification"
EVALUATION_KEY = "resnet_spec.evaluation"
REDUCTION_KEY = "resnet_spec.reduction"


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that is needed to feed the network and to read its answer."""

    spec: str
    """The resolved spec, as YAML text."""
    class_names: tuple[str, ...]
    """One name for each output, in order."""
    shape: tuple[int, int, int]
    """Height, width and channels of the input, in pixels."""
    resize: Resize
    """What is done with an image of another size: the spec's `data.resize`."""
    version: str
    """The resnet-spec that made the file."""
    form: Form = PLAIN
    """What the file takes and gives."""

    @property
    def spec_sha256(self) -> str:
        """SHA-256 of the spec's UTF-8 text, in hexadecimal."""
        return hashlib.sha256(self.spec.encode("utf-8")).hexdigest()
