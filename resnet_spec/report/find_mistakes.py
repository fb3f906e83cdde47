"""Confusion matrix -> the pairs of classes that are mixed up most."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import nlargest

from resnet_spec.report.digest import Mistake


def find_mistakes(
    confusion: Sequence[Sequence[int]], class_names: Sequence[str], most: int = 10
) -> tuple[Mistake, ...]:
    """Give at most `most` pairs, the most frequent first; rows are true classes, columns predicted ones."""
    pairs = (
        (images, -true, -predicted)
        for true, row in enumerate(confusion)
        for predicted, images in enumerate(row)
        if images and true != predicted
    )
    return tuple(
        Mistake(class_names[-true], class_names[-predicted], images, images / sum(confusion[-true]))
        for images, true, predicted in nlargest(most, pairs)
    )
