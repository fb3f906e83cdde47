"""The nouns of a checkpoint: a state, and which run it is a state of."""

from __future__ import annotations

from dataclasses import dataclass, field

from resnet_spec.train.past import Past
from resnet_spec.train.state import State


@dataclass(frozen=True, slots=True)
class SplitPrint:
    """What identifies the images of a split."""

    images: int
    labels: str
    """SHA-256 of the labels, in order."""
    pixels: str
    """SHA-256 of the images' digests, in order."""


@dataclass(frozen=True, slots=True)
class DataPrint:
    """What identifies a data set, piece by piece, so that a change can be named."""

    class_names: tuple[str, ...]
    train: SplitPrint
    validation: SplitPrint


@dataclass(frozen=True, slots=True)
class Identity:
    """What a run is a function of."""

    spec: str
    """The resolved spec, as YAML."""
    data: DataPrint
    environment: dict[str, str]
    """Versions, machine and arithmetic, in words: what bits depend on beside the spec."""
    past: Past = field(default_factory=Past)


@dataclass(frozen=True, slots=True, eq=False)
class Checkpoint:
    """A run's identity, and its state."""

    identity: Identity
    state: State
