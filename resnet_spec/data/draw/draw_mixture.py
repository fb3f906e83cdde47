"""Random words of a batch -> which image each of its images is mixed with, and by how much."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.draw.scale_words import Words, below, happens, unit
from resnet_spec.spec.augment import CutMix, MixUp

_PARTS = 1 << 16


def draw_mixture(step: MixUp | CutMix, words: Words, more: Words) -> dict[str, NDArray[Any]]:
    """Give each image's partner and share.

    Shares are rounded to 65536ths, so that they are the same wherever the mathematics differ in the last bit.

    Args:
        step: `alpha` and `probability`.
        words: (batch, 4), each image's own.
        more: (batch, 4), others.

    Returns:
        `partner` (batch,), int32: a place in the batch; no image is its own, unless it is alone. `mixup`: `share`
        (batch,), float32, of the image's own. `cutmix`: `side` (batch,), int32, of the box, in 65536ths of the image's
        sides, and its middle, `y` and `x`, likewise.
    """
    from scipy.special import betaincinv

    own: NDArray[np.float64] = betaincinv(step.alpha, step.alpha, unit(words[:, 2]))
    own = np.where(happens(step.probability, words[:, 3]), own, 1.0)
    drawn: dict[str, NDArray[Any]] = {"partner": _partners(words)}
    if isinstance(step, MixUp):
        return drawn | {"share": (np.round(own * _PARTS) / _PARTS).astype(np.float32)}
    side = np.round(np.sqrt(1 - own) * _PARTS).astype(np.int32)
    return drawn | {"side": side, "y": below(_PARTS, more[:, 0]), "x": below(_PARTS, more[:, 1])}


def _partners(words: Words) -> NDArray[np.int32]:
    """Put the images in the order of their words, and give each the one before it."""
    order = np.lexsort((words[:, 1], words[:, 0])).astype(np.int32)
    partners = np.empty_like(order)
    partners[order] = np.roll(order, 1)
    return partners
