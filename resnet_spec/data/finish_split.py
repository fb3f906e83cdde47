"""A split as its source has it -> as many images as the spec asks for, at the input's shape."""

from __future__ import annotations

from resnet_spec.data.dataset import Split
from resnet_spec.data.fit_images import fit_images
from resnet_spec.data.spread_over_classes import spread_over_classes
from resnet_spec.spec.data import Data


def finish_split(split: Split, data: Data, shape: tuple[int, int, int]) -> Split:
    """Limit a split to `data.max_images` and fit the images into `shape`: height, width, channels.

    Raises:
        InputError: they cannot be made to fit.
    """
    if data.max_images is not None and data.max_images < len(split):
        split = split.take(spread_over_classes(split.labels, data.max_images))
    return Split(fit_images(split.images, shape=shape, resize=data.resize), split.labels, split.names)
