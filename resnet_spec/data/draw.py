"""An augmentation, and images' indices -> the random numbers that it needs, and nothing of the images.

An image's numbers are a function of the seed, the epoch, its index and the augmentation's position, never of the batch
that it is in, of the device, or of the framework; so a resumed run sees the same pictures.
"""

from __future__ import annotations

from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.random_words import random_words
from resnet_spec.spec.data import Augmentation, RandomCrop, RandomFlip

Drawn = dict[str, NDArray[Any]]


def draw(step: Augmentation, indices: NDArray[np.int64], *, seed: int, epoch: int, position: int) -> Drawn:
    """Give an augmentation's numbers, an entry for each image.

    Args:
        step: one item of the spec's `data.augment`.
        indices: (batch,), each image's place in the training split.
        seed: of the run.
        epoch: from 1.
        position: of the item in the list.

    Returns:
        `random_flip`: `mirrored` (batch,), bool. `random_crop`: `top` and `left` (batch,), int32, from 0 to twice the
        padding.
    """
    words = random_words(indices, "augment", seed, epoch, position)
    match step:
        case RandomFlip(alternate=True):
            first = random_words(indices, "augment", seed, 1, position)
            return {"mirrored": (first[:, 0] >= 1 << 31) ^ (epoch % 2 == 0)}
        case RandomFlip():
            return {"mirrored": words[:, 0] >= 1 << 31}
        case RandomCrop():
            places = 2 * step.padding + 1
            return {"top": _below(places, words[:, 0]), "left": _below(places, words[:, 1])}
    assert_never(step)


def _below(limit: int, words: NDArray[np.uint32]) -> NDArray[np.int32]:
    return ((words.astype(np.uint64) * np.uint64(limit)) >> np.uint64(32)).astype(np.int32)
