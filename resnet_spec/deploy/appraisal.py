"""What can be said of a network's answers beyond a score.

Enters: nothing. Leaves: nouns. `appraise` makes them.
"""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.deploy.scores import Evaluation


@dataclass(frozen=True, slots=True)
class ConfidenceBin:
    """Images whose first class was about as probable."""

    images: int
    confidence: float
    """Mean probability of the first class."""
    accuracy: float
    """Share of these images whose first class is right."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Whether the probabilities are what they say."""

    bins: tuple[ConfidenceBin, ...]
    """From the least confident to the most; none is empty."""
    error: float
    """Expected calibration error (Guo et al. 2017, equation 3): mean distance of confidence and accuracy, by images."""


@dataclass(frozen=True, slots=True)
class WrongAnswer:
    """An image that was taken for something else."""

    index: int
    """Its place among the images."""
    name: str
    """Where it comes from."""
    true: int
    """Its class, a position in the class names."""
    predicted: int
    confidence: float
    """Probability of `predicted`."""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """A network's answers to labelled images, looked at closely."""

    evaluation: Evaluation
    calibration: Calibration
    wrong: tuple[WrongAnswer, ...]
    """The most confident of its wrong answers, the worst first."""
