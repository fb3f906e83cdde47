"""The spec's list of augmentations, and images' indices -> all of the random numbers that they need."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.draw.draw import Drawn, draw
from resnet_spec.spec.augment import Augmentation


def draw_all(steps: Sequence[Augmentation], indices: NDArray[np.int64], *, seed: int, epoch: int) -> Drawn:
    """Give what `draw` gives for each item, its names after the item's position: `0.mirrored`, `1.top` ..."""
    return {
        f"{position}.{name}": numbers
        for position, step in enumerate(steps)
        for name, numbers in draw(step, indices, seed=seed, epoch=epoch, position=position).items()
    }
