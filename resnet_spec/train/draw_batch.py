"""The images of a step -> what is drawn for them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.draw import draw_all
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train


def draw_batch(data: Data, train: Train, chosen: NDArray[np.int64], *, epoch: int) -> dict[str, NDArray[np.generic]]:
    """Give `chosen` (batch,) int32, and `0.mirrored`, `1.top` ...: what `draw_all` gives for `augment`.

    Args:
        data: what is drawn: `augment`.
        train: its `seed`.
        chosen: (batch,), places in the training split.
        epoch: from 1.
    """
    return {"chosen": chosen.astype(np.int32), **draw_all(data.augment, chosen, seed=train.seed, epoch=epoch)}
