"""How a network learns -> the sizes of its training images, in words."""

from __future__ import annotations

from resnet_spec.spec.train import Train


def name_sizes(train: Train, shape: tuple[int, int, int]) -> str:
    """Give `24x24 until epoch 12, then 32x32`; nothing where `progressive_resizing` is not asked for.

    Args:
        train: its `progressive_resizing`.
        shape: of the input: height, width and channels.
    """
    spans = [f"{span.sides[0]}x{span.sides[1]} until epoch {span.until_epoch}" for span in train.progressive_resizing]
    return ", then ".join([*spans, f"{shape[0]}x{shape[1]}"]) if spans else ""
