"""Images and the spec's `test_views` -> the views of each image, and their weights."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from resnet_spec.spec.data import Views


def view_images(images: NDArray[np.uint8], views: Views) -> Iterator[tuple[float, NDArray[np.uint8]]]:
    """Give each view of the images, of the same shape, and its weight; weights sum to 1.

    Args:
        images: (images, height, width, channels).
        views: the image, with `mirror` its mirror image, and with `translate` both of them moved along the diagonal,
            which weigh as much together as those that are not moved.
    """
    sides = (images, images[:, :, ::-1]) if views.mirror else (images,)
    reach = views.translate
    for side in sides:
        yield (0.5 if reach else 1.0) / len(sides), side
        if reach:
            wide = np.pad(side, ((0, 0), (reach, reach), (reach, reach), (0, 0)), mode="reflect")
            for start in (0, 2 * reach):
                yield 0.25 / len(sides), wide[:, start : start + side.shape[1], start : start + side.shape[2]]
