"""Splits as their source has them -> as many images as the spec asks for, at the input's shape."""

from __future__ import annotations

import math
from collections.abc import Iterable

from resnet_spec.data.dataset import Split
from resnet_spec.data.fit_images import fit_images
from resnet_spec.data.spread_over_classes import spread_over_classes
from resnet_spec.spec.data import Data


def finish_splits(splits: Iterable[Split], data: Data, shape: tuple[int, int, int]) -> tuple[Split, ...]:
    """Limit each split to `data.max_images`, and fit the images into `shape`: height, width, channels.

    What has to be converted or resized, and would need more than `data.resident_mib` in all, is streamed.

    Raises:
        InputError: they cannot be made to fit.
    """
    limited = [_limited(split, data.max_images) for split in splits]
    streamed = sum(map(len, limited)) * math.prod(shape) > data.resident_mib << 20
    return tuple(
        Split(fit_images(split.images, shape=shape, resize=data.resize, streamed=streamed), split.labels, split.names)
        for split in limited
    )


def _limited(split: Split, most: int | None) -> Split:
    if most is None or most >= len(split):
        return split
    return split.take(spread_over_classes(split.labels, most))
