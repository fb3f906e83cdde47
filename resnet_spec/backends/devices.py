"""The noun: what a training runs on, all its processes together."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Devices:
    """The devices that share every batch, and this process among those of the run."""

    kind: str
    """`cpu`, or what the maker calls the model of the accelerator."""
    count: int
    """How many share a batch, over all processes."""
    idle: int = 0
    """Others of the kind that the framework leaves alone."""
    exact: bool = True
    """Whether the framework was asked to add in the same order every time, as processors do unasked."""
    processes: int = 1
    process: int = 0
    """This one, from 0."""

    @property
    def accelerated(self) -> bool:
        """Whether these are other than processors."""
        return self.kind != "cpu"

    @property
    def leads(self) -> bool:
        """Whether this process writes the run down, and speaks for all."""
        return self.process == 0

    def facts(self) -> dict[str, str]:
        """Say on what the bits of a run depend, in words."""
        return {"devices": f"{self.count} x {self.kind}", "processes": str(self.processes)}
