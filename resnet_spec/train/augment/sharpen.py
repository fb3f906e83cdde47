"""Makes images sharper or softer (Pillow's `ImageEnhance.Sharpness`)."""

from __future__ import annotations

from typing import Any

from keras import ops

from resnet_spec.train.augment.enhance import away_from

Tensor = Any


def sharpen(images: Tensor, factor: Tensor) -> Tensor:
    """Multiply each pixel's distance from the mean of its surroundings by (batch,) `factor`; 1 leaves it as it is.

    The pixel itself counts five times among its eight neighbours; pixels at the edge stay.
    """
    _, height, width, _ = images.shape
    if min(height, width) < 3:
        return images
    rows = images[:, :-2] + images[:, 1:-1] + images[:, 2:]
    neighbours = rows[:, :, :-2] + rows[:, :, 1:-1] + rows[:, :, 2:]
    inner = (neighbours + 4 * images[:, 1:-1, 1:-1]) / 13
    columns = ops.concatenate([images[:, 1:-1, :1], inner, images[:, 1:-1, -1:]], axis=2)
    return away_from(ops.concatenate([images[:, :1], columns, images[:, -1:]], axis=1), images, factor)
