"""`digits` -> scikit-learn's handwritten digits; nothing is downloaded."""

from __future__ import annotations

import numpy as np

from resnet_spec.data.dataset import Loaded, Split


def load_digits() -> Loaded:
    """Give the 1,797 digits as (8, 8, 1) images; the values 0..16 become 0..255. All are training images."""
    import sklearn.datasets

    bunch = sklearn.datasets.load_digits()
    images = np.rint(bunch.images * 255 / 16).astype(np.uint8)[..., None]
    names = tuple(f"digits[{index}]" for index in range(len(images)))
    train = Split(images, bunch.target.astype(np.int64), names)
    return Loaded(tuple(str(digit) for digit in range(10)), train, test=None)
