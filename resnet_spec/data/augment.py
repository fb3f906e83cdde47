"""Training images -> the same images, changed at random as the spec says.

Enters: a batch and its images' indices. Leaves: a batch of the same shape. An image's change is a function of seed,
epoch, its index and the step's position, never of the batch that it is in; so a resumed run sees the same pictures.
"""

from __future__ import annotations

from typing import assert_never

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.random_words import random_words
from resnet_spec.spec.data import Augmentation, RandomCrop, RandomFlip

Images = NDArray[np.uint8]
Words = NDArray[np.uint32]


def augment(
    images: Images, indices: NDArray[np.int64], *, steps: tuple[Augmentation, ...], seed: int, epoch: int
) -> Images:
    """Apply the steps in order.

    Args:
        images: (batch, height, width, channels).
        indices: (batch,), each image's place in the training split.
        steps: the spec's `data.augment`.
        seed: of the run.
        epoch: from 0.

    Returns:
        A batch of the same shape; the input is left as it is.
    """
    for position, step in enumerate(steps):
        words = random_words(indices, "augment", seed, epoch, position)
        match step:
            case RandomFlip():
                images = _flip(images, words)
            case RandomCrop():
                images = _crop(images, words, step)
            case _:
                assert_never(step)
    return images


def _flip(images: Images, words: Words) -> Images:
    mirrored = words[:, 0] >= 1 << 31
    return np.where(mirrored[:, None, None, None], images[:, :, ::-1], images)


def _crop(images: Images, words: Words, step: RandomCrop) -> Images:
    batch, height, width, _ = images.shape
    sides = ((0, 0), (step.padding, step.padding), (step.padding, step.padding), (0, 0))
    padded = np.pad(images, sides, mode="reflect") if step.fill == "reflect" else np.pad(images, sides)
    top, left = (_below(2 * step.padding + 1, words[:, column]) for column in (0, 1))
    rows = (top[:, None] + np.arange(height))[:, :, None]
    columns = (left[:, None] + np.arange(width))[:, None, :]
    cut: Images = padded[np.arange(batch)[:, None, None], rows, columns]
    return cut


def _below(limit: int, words: Words) -> NDArray[np.int64]:
    return ((words.astype(np.uint64) * np.uint64(limit)) >> np.uint64(32)).astype(np.int64)
