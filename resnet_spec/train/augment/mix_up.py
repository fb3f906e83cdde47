"""Fades images into each other (Zhang 2018, arXiv 1710.09412)."""

from __future__ import annotations

from typing import Any

from keras import ops

Tensor = Any


def mix_up(images: Tensor, targets: Tensor, partner: Tensor, share: Tensor) -> tuple[Tensor, Tensor]:
    """Take (batch,) `share` of each image and target, and the rest of its partner's."""
    return mix(images, partner, share[:, None, None, None]), mix(targets, partner, share[:, None])


def mix(own: Tensor, partner: Tensor, share: Tensor) -> Tensor:
    """Take `share` of each entry of a batch, and the rest of its partner's."""
    return share * own + (1 - share) * ops.take(own, partner, axis=0)
