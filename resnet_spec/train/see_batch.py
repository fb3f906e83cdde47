"""Training images -> what the network is shown of them in an epoch, by the code that shows it; nothing is trained."""

from __future__ import annotations

import numpy as np
from keras import ops
from numpy.typing import NDArray

from resnet_spec.data.dataset import Split
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.draw_batch import draw_batch
from resnet_spec.train.image_size import image_size
from resnet_spec.train.prepare_batch import prepare_batch


def see_batch(
    split: Split, data: Data, train: Train, classes: int, *, epoch: int, chosen: NDArray[np.int64]
) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """Augment images that are in one batch.

    Args:
        split: the training images.
        data: its `augment`.
        train: its `seed` and `progressive_resizing`.
        classes: how many there are.
        epoch: from 1.
        chosen: (batch,), places in the split.

    Returns:
        Pixels (batch, height, width, channels), as large as they are in this epoch, before they are normalised; and
        targets (batch, classes).
    """
    batch = draw_batch(data, train, chosen, epoch=epoch)
    batch |= {"images": next(read_ahead(split.images, [chosen])), "labels": split.labels[chosen].astype(np.int32)}
    del batch["chosen"]
    size = image_size(train, split.images.shape[1:], epoch)
    images, targets = prepare_batch(batch, data, classes, size)
    pixels = np.clip(np.rint(ops.convert_to_numpy(images)), 0, 255).astype(np.uint8)
    return pixels, np.asarray(ops.convert_to_numpy(targets))
