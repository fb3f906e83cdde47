"""A whole spec: one network, written down once."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from resnet_spec.spec.data import Data
from resnet_spec.spec.expect import Expect
from resnet_spec.spec.export import Export
from resnet_spec.spec.field import Node
from resnet_spec.spec.model import Model
from resnet_spec.spec.train import Train

SpecName = Annotated[str, Field(strict=True, min_length=1, max_length=200)]


class Spec(Node):
    """A residual network, its data, its training, its export, and the figures that it is held against."""

    name: SpecName
    """What the network is called, in reports and in the ONNX file."""
    description: str | None = None
    """A sentence for people."""
    model: Model
    """The network."""
    expect: Expect = Expect()
    """Published figures to hold the network against."""
    data: Data | None = None
    """Images; needed to train."""
    train: Train | None = None
    """How the network learns; needed to train."""
    export: Export = Export()
    """What the ONNX file is."""
