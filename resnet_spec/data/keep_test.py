"""A layout -> the same with only the files that the test images come from, so that no other is decoded."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from resnet_spec.data.arrange_images import VALIDATION, Arrangement
from resnet_spec.data.hold_out import TEST_SEED, hold_out
from resnet_spec.spec.data import ImageFolder


def keep_test(layout: Arrangement, source: ImageFolder) -> Arrangement:
    """Keep the test split; or else what `test_fraction` holds out of the training files; or else the val split.

    Which files are held out is what it is in training. There, files that cannot be decoded are left out first where
    the source says `on_bad_image: skip`; then all training files stay, to be held out of once they are decoded.
    """
    splits, share = layout.splits, source.test_fraction
    if "test" in splits:
        kept = {"test": splits["test"]}
    elif share is None or "train" not in splits:
        kept = {name: files for name, files in splits.items() if name in VALIDATION}
    elif source.on_bad_image == "skip":
        kept = {"train": splits["train"]}
    else:
        labels = np.array([label for _, label in splits["train"]], np.int64)
        held = hold_out(labels, share=share, purpose="test", seed=TEST_SEED)
        kept = {"test": tuple(file for file, chosen in zip(splits["train"], held, strict=True) if chosen)}
    return replace(layout, splits=kept)
