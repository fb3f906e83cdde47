"""How well a network classifies.

Enters: nothing. Leaves: nouns. `score` and `evaluate` make them.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassScore:
    """How well one class is told from the others."""

    name: str
    images: int
    """Images that are of this class."""
    precision: float
    """Share of the images called this that are; 0 where none is called this."""
    recall: float
    """Share of the images of this class that are called so; 0 where there are none."""
    f1: float
    """Harmonic mean of precision and recall; 0 where both are."""


@dataclass(frozen=True, slots=True)
class Score:
    """How well a network classifies a set of images."""

    images: int
    accuracy: float
    """Share of images whose best class is right."""
    top5_accuracy: float | None
    """Share of images whose class is among the best five; None with five classes or fewer, where it says nothing."""
    loss: float
    """Mean cross-entropy, in nats, without the penalties of training."""
    confusion: tuple[tuple[int, ...], ...]
    """Images by true class (row) and best class (column)."""
    per_class: tuple[ClassScore, ...]


@dataclass(frozen=True, slots=True)
class Evaluation(Score):
    """A score of the file that ships, and how fast it was."""

    seconds: float
    """Time in the network, without loading and scoring."""
    images_per_second: float
