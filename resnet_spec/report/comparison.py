"""Nouns: several networks or runs side by side."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.report.facts import Facts


@dataclass(frozen=True, slots=True)
class ComparedRun:
    """One of the runs, and what sets it apart."""

    label: str
    """What it is called by: the path that was given."""
    facts: Facts
    changes: tuple[str, ...]
    """What its spec says otherwise than that of the first run: `train.epochs: 10 -> 20`."""
