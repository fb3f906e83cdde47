"""A spec and a section that a command needs and the spec lacks -> the fault."""

from __future__ import annotations

from typing import Literal

from resnet_spec.compile import Compiled
from resnet_spec.diagnostic import Code, Diagnostic

_EXAMPLE = {
    "data": "for example `data: {source: {image_folder: photos}}`",
    "train": "for example `train: {epochs: 10, optimizer: {adam: {learning_rate: 1e-3}}}`",
}


def missing_section(compiled: Compiled, name: Literal["data", "train"]) -> Diagnostic:
    """Say what is missing, at the name of the spec, with an example of it."""
    message = f"the spec has no `{name}` section, which this needs"
    return Diagnostic(Code.MISSING_KEY, message, compiled.document.key_span(("name",)), _EXAMPLE[name])
