"""What a convolution sees -> the kernel that makes its outputs uncorrelated, of variance one."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

_EPSILON = 5e-4
"""Added to the variances, so that what hardly varies is not blown up (Jordan 2024, airbench)."""


def whitening_kernel(inputs: Iterable[NDArray[np.float32]], shape: tuple[int, ...]) -> NDArray[np.float32]:
    """Give the leading eigenvectors of the patches, each divided by its deviation, and then their negatives.

    Page 2019, "How to train your ResNet", part 8.

    Args:
        inputs: images, each (height, width, channels); patches are taken at every place.
        shape: of the kernel: height, width, channels, filters; filters are even, at most twice a patch's values.
    """
    height, width, channels, filters = shape
    size = height * width * channels
    products = np.zeros((size, size))
    count = 0
    for image in inputs:
        windows = np.lib.stride_tricks.sliding_window_view(image, (height, width), axis=(0, 1))
        patches = windows.reshape(-1, channels, height, width).transpose(0, 2, 3, 1).reshape(-1, size)
        patches = patches.astype(np.float64)
        products += patches.T @ patches
        count += len(patches)
    variances, vectors = np.linalg.eigh(products / count)
    leading = slice(None, -filters // 2 - 1, -1)
    half = vectors[:, leading] / np.sqrt(variances[leading] + _EPSILON)
    # A vector's sign is arbitrary: the largest value is positive, on whatever machine.
    half *= np.sign(half[np.abs(half).argmax(axis=0), np.arange(half.shape[1])])
    return np.concatenate([half, -half], axis=1).reshape(shape).astype(np.float32)
