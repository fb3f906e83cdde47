"""What a report tells, as plain values that survive JSON.

Enters: figures that other rooms measured. Leaves: `Facts`. Nothing is computed here but what follows from one value.
`None` and NaN mean that a figure was not measured, or is not a number; reports say so.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.passes.layer_table import Layer
from resnet_spec.passes.outline import Part
from resnet_spec.report.run_facts import RunFacts


@dataclass(frozen=True, slots=True)
class Expectation:
    """A published figure and the one found."""

    what: str
    """Name of the figure, `total_params`."""
    expected: int | float | str
    found: int | float | str | None
    """None where it was not measured."""
    ok: bool | None
    """Whether it holds; None for a figure of a training, a share of 1, which is only shown."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to make a network again."""

    commands: tuple[str, ...]
    """What to type, in order."""
    remarks: tuple[str, ...] = ()
    """What these need beside the spec, and what they do not repeat, a sentence or two each."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything that a report tells about one network."""

    name: str
    description: str | None
    spec_yaml: str
    """The resolved spec."""
    spec_sha256: str
    recipe: Recipe
    parts: tuple[Part, ...]
    """The layers by stage and block."""
    layers: tuple[Layer, ...]
    total_params: int
    trainable_params: int
    non_trainable_params: int
    macs: int
    """Multiply-accumulates for one image."""
    expectations: tuple[Expectation, ...]
    environment: tuple[tuple[str, str], ...]
    run: RunFacts | None
    """None for a network that was built and not trained."""

    @property
    def checked(self) -> tuple[Expectation, ...]:
        """Published figures that the network was held against."""
        return tuple(row for row in self.expectations if row.ok is not None)

    @property
    def shown(self) -> tuple[Expectation, ...]:
        """Published figures of a training, shares of 1, that stand beside what this one reached."""
        return tuple(row for row in self.expectations if row.ok is None)
