"""An augmentation, and images' indices -> the random numbers that it needs, and nothing of the images.

An image's numbers are a function of the seed, the epoch, its index and the augmentation's position, never of the
device, or of the framework; so a resumed run sees the same pictures. Nor do they follow from the batch that it is in,
but for the partners of `mixup` and `cutmix`.
"""

from __future__ import annotations

from itertools import permutations
from typing import Any, assert_never

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.draw.draw_mixture import draw_mixture
from resnet_spec.data.draw.draw_operations import draw_operations
from resnet_spec.data.draw.operation import Operation
from resnet_spec.data.draw.scale_words import below, between, happens
from resnet_spec.data.random_words import random_words
from resnet_spec.spec.augment import (
    Augmentation,
    ColorJitter,
    CutMix,
    Cutout,
    MixUp,
    RandAugment,
    RandomCrop,
    RandomFlip,
)

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
        Arrays (batch,): `random_flip`: `mirrored`, bool. `random_crop`: `top` and `left`, int32, from 0 to twice the
        padding. `color_jitter`: `order` (batch, 3), int32, of `Operation`s, and `factor` (batch, 3), float32, in that
        order. `rand_augment`: see `draw_operations`. `cutout`: `y` and `x`, int32, the square's middle in 65536ths of
        height and width; `size`, int32, pixels, or 0. `mixup` and `cutmix`: see `draw_mixture`.
    """
    context = ("augment", seed, epoch, position)
    words = random_words(indices, *context)
    match step:
        case RandomFlip(alternate=True):
            first = random_words(indices, "augment", seed, 1, position)
            return {"mirrored": (first[:, 0] >= 1 << 31) ^ (epoch % 2 == 0)}
        case RandomFlip():
            return {"mirrored": words[:, 0] >= 1 << 31}
        case RandomCrop():
            places = 2 * step.padding + 1
            return {"top": below(places, words[:, 0]), "left": below(places, words[:, 1])}
        case ColorJitter():
            return _jitter(step, words)
        case Cutout():
            size = np.where(happens(step.probability, words[:, 2]), step.size, 0)
            return {
                "y": below(1 << 16, words[:, 0]), "x": below(1 << 16, words[:, 1]), "size": size.astype(np.int32),
            }  # fmt: skip
        case MixUp() | CutMix():
            return draw_mixture(step, words, random_words(indices, *context, "more"))
        case RandAugment():
            return draw_operations(step, [random_words(indices, *context, turn) for turn in range(step.num_ops)])
    assert_never(step)


def _jitter(step: ColorJitter, words: NDArray[np.uint32]) -> Drawn:
    orders = np.array(list(permutations(range(3))), np.int32)[below(6, words[:, 3])]
    spans = (step.brightness, step.contrast, step.saturation)
    factors = [between(max(0.0, 1 - span), 1 + span, words[:, place]) for place, span in enumerate(spans)]
    operations = np.array([Operation.BRIGHTNESS, Operation.CONTRAST, Operation.COLOR], np.int32)
    return {"order": operations[orders], "factor": np.take_along_axis(np.stack(factors, axis=1), orders, axis=1)}
