"""The nouns of importing: a tensor of a peer's file, and what became of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from resnet_spec.ir import Shape

Peer = Literal["torchvision", "timm", "keras"]
Kind = Literal["kernel", "norm", "other"]
COUNTER = "a counter of PyTorch's, which the network does not use"
"""Why a tensor is skipped that no network has."""
Status = Literal["loaded", "reshaped", "skipped"]


@dataclass(frozen=True, slots=True)
class Tensor:
    """An array of a file, not read yet, in the layout of Keras."""

    name: str
    """As the file has it."""
    role: str
    """Keras's name for the weight: `kernel`, `gamma` ...; empty where the file does not say."""
    found: Shape
    """Shape in the file."""
    shape: Shape
    """Shape in Keras's layout."""
    numbers: str
    """What a value is in the file: `float32`, `bfloat16` ..."""
    read: Callable[[], np.ndarray]
    """Gives the values in Keras's layout."""


@dataclass(frozen=True, slots=True)
class Module:
    """The tensors of one layer of the peer."""

    name: str
    kind: Kind
    tensors: tuple[Tensor, ...]


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a tensor of the file, or of a weight of the network that has none."""

    tensor: str
    shape: Shape
    status: Status
    target: str
    """Path name of the weight; empty where the tensor was skipped."""
    why: str
    """How it was reshaped or its numbers converted, or why it was skipped."""
