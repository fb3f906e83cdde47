"""Drawn batches -> what the compiled step reads: with all training images on the device, or with those of the batch.

Both give a step the same numbers. Enters: a split, and what `batches` gives. Leaves: the same, and images and labels.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from contextlib import closing
from itertools import tee
from typing import Any, Protocol

import numpy as np

from resnet_spec.data.dataset import Split
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.train.learner import Learner

Numbered = tuple[int, dict[str, Any]]


class Feed(Protocol):
    """What brings a split's images to the steps."""

    def join(self, drawn: Iterator[Numbered]) -> Generator[Numbered, None, None]:
        """Add `images` and `labels` to each batch; close the iterator to stop early."""


def open_feed(split: Split, learner: Learner, *, resident_bytes: int) -> Feed:
    """Keep the images on the device where they are in memory, and not more than `resident_bytes`."""
    images = split.images
    if isinstance(images, np.ndarray) and images.nbytes <= resident_bytes:
        return _Resident(split, learner)
    return _Streamed(split, learner)


class _Resident:
    """All images and labels are on the device; a step chooses among them."""

    def __init__(self, split: Split, learner: Learner) -> None:
        self._pool = {
            "images": learner.put(np.asarray(split.images)),
            "labels": learner.put(split.labels.astype(np.int32)),
        }

    def join(self, drawn: Iterator[Numbered]) -> Generator[Numbered, None, None]:
        for step, batch in drawn:
            yield step, self._pool | batch


class _Streamed:
    """A step is given its own images and labels, which were read while the steps before it were made."""

    def __init__(self, split: Split, learner: Learner) -> None:
        self._split, self._rows = split, learner.rows

    def join(self, drawn: Iterator[Numbered]) -> Generator[Numbered, None, None]:
        batches, ahead = tee(drawn)
        groups = (batch["chosen"] for _, batch in ahead)
        with closing(read_ahead(self._split.images, groups, self._rows)) as read:
            for pixels, (step, batch) in zip(read, batches, strict=False):
                chosen = batch.pop("chosen")
                yield step, {**batch, "images": pixels, "labels": self._split.labels[chosen].astype(np.int32)}
