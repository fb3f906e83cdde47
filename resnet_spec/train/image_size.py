"""How a network learns, and an epoch -> the size of its training images."""

from __future__ import annotations

from resnet_spec.spec.train import Train


def image_size(train: Train, shape: tuple[int, ...], epoch: int) -> tuple[int, int]:
    """Give height and width.

    Args:
        train: its `progressive_resizing`.
        shape: of the input: height, width and channels.
        epoch: from 1.
    """
    spans = (span.sides for span in train.progressive_resizing if epoch <= span.until_epoch)
    return next(spans, (shape[0], shape[1]))
