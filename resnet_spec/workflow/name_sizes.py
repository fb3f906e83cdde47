"""How a network learns -> the sizes of its training images, in words."""

from __future__ import annotations

from resnet_spec.spec.train import Train


def name_sizes(train: Train, shape: tuple[int, int, int]) -> str:
    """Give `24x24 until epoch 12, then 32x32`; nothing where `progressive_resizing` is not asked for.

    Sizes that the last epoch does not reach are left out.

    Args:
        train: its `progressive_resizing` and `epochs`.
        shape: of the input: height, width and channels.
    """
    last, words = 0, []
    for span in train.progressive_resizing:
        if last < train.epochs:
            last = min(span.until_epoch, train.epochs)
            words.append(f"{span.sides[0]}x{span.sides[1]} until epoch {last}")
    if words and last < train.epochs:
        words.append(f"{shape[0]}x{shape[1]}")
    return ", then ".join(words)
