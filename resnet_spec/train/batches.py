"""An epoch and a step -> what the compiled step reads, as small arrays: which images, and what was drawn for them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.epoch_order import epoch_order
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.draw_batch import draw_batch


def batches(
    data: Data, train: Train, images: int, *, epoch: int, steps: range
) -> Iterator[tuple[int, dict[str, NDArray[np.generic]]]]:
    """Give each step's number and batch; a pure function of the arguments, wherever an epoch is entered.

    Args:
        data: what is drawn: `augment`.
        train: `seed` and `batch_size`.
        images: how many there are.
        epoch: from 1.
        steps: of the epoch, from 1.

    Yields:
        The step, and what `draw_batch` gives for its images.
    """
    order = epoch_order(images, seed=train.seed, epoch=epoch)
    for step in steps:
        chosen = order[(step - 1) * train.batch_size : step * train.batch_size]
        yield step, draw_batch(data, train, chosen, epoch=epoch)
