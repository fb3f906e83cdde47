"""Probabilities and labelled images -> the wrong answers that were given with the most confidence."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.appraisal import WrongAnswer


def find_wrong(probabilities: NDArray[Any], split: Split, most: int = 24) -> tuple[WrongAnswer, ...]:
    """Give at most `most`, the most confident first; `probabilities` is (images, classes)."""
    predicted = probabilities.argmax(axis=1)
    confidence = probabilities.max(axis=1)
    wrong = np.flatnonzero(predicted != split.labels)
    worst = wrong[np.argsort(-confidence[wrong], kind="stable")][:most]
    return tuple(
        WrongAnswer(int(i), split.names[i], int(split.labels[i]), int(predicted[i]), float(confidence[i]))
        for i in worst
    )
