"""Probabilities and labels -> Calibration: whether what is said with 90% is right nine times of ten."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.appraisal import Calibration, ConfidenceBin


def calibrate(probabilities: NDArray[Any], labels: NDArray[np.int64], bins: int = 15) -> Calibration:
    """Sort images by the probability of their first class into bins of equal width, and compare.

    Args:
        probabilities: (images, classes), at least one image.
        labels: (images,), the true classes.
        bins: how many there are between 0 and 1; Guo et al. 2017 use 15.
    """
    confidence = probabilities.max(axis=1).astype(np.float64)
    right = probabilities.argmax(axis=1) == labels
    places = np.minimum((confidence * bins).astype(int), bins - 1)
    found = tuple(_bin(confidence[places == place], right[places == place]) for place in np.unique(places))
    error = sum(each.images * abs(each.confidence - each.accuracy) for each in found) / len(labels)
    return Calibration(found, float(error))


def _bin(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> ConfidenceBin:
    return ConfidenceBin(len(confidence), float(confidence.mean()), float(right.mean()))
