"""Images and groups of their indices -> the groups' pixels, in order, read in parallel before they are asked for.

What is given depends on the images and the indices alone, never on the threads.
"""

from __future__ import annotations

import math
import os
from collections import deque
from collections.abc import Callable, Generator, Iterable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images, StreamedImages

Indices = NDArray[np.int64]
Rows = Callable[[int], slice]
AHEAD_GROUPS = 8
AHEAD_BYTES = 512 << 20
TOGETHER_BYTES = 1 << 20
"""What one thread reads before it takes on something else: many small images, or one large one."""


def workers() -> int:
    """Count the threads that decode side by side; Pillow lets them."""
    usable = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(32, usable)


def every(rows: int) -> slice:
    """Want all rows of a group."""
    return slice(0, rows)


def read_ahead(images: Images, groups: Iterable[Indices], wanted: Rows = every) -> Generator[NDArray[Any], None, None]:
    """Give each group's pixels; close the iterator to stop early.

    Args:
        images: in memory, where nothing is read ahead; or streamed.
        groups: each (group,), indices of images.
        wanted: a group's size -> which of its rows are wanted; the others are there, with any content.

    Raises:
        InputError: an image can no longer be read, or is another than it was.
    """
    if not isinstance(images, StreamedImages):
        yield from (images[indices] for indices in groups)
        return
    pool = ThreadPoolExecutor(workers(), "read_ahead")
    begun: deque[_Group] = deque()
    try:
        for indices in groups:
            begun.append(_Group.begin(images, indices, wanted, pool))
            if len(begun) > _ahead(begun[-1].pixels.nbytes):
                yield begun.popleft().finish()
        while begun:
            yield begun.popleft().finish()
    finally:
        pool.shutdown(cancel_futures=True)


def _ahead(group_bytes: int) -> int:
    return max(1, min(AHEAD_GROUPS, AHEAD_BYTES // max(1, group_bytes)))


@dataclass(frozen=True, slots=True)
class _Group:
    pixels: NDArray[np.uint8]
    parts: list[Future[None]]

    @staticmethod
    def begin(images: StreamedImages, indices: Indices, wanted: Rows, pool: ThreadPoolExecutor) -> _Group:
        pixels = np.empty((len(indices), *images.image_shape), np.uint8)
        rows = range(len(indices))[wanted(len(indices))]
        together = max(1, TOGETHER_BYTES // math.prod(images.image_shape))

        def fill(part: range) -> None:
            for row in part:
                pixels[row] = images.read(int(images.places[indices[row]]))

        parts = [rows[start : start + together] for start in range(0, len(rows), together)]
        return _Group(pixels, [pool.submit(fill, part) for part in parts])

    def finish(self) -> NDArray[np.uint8]:
        for part in self.parts:
            part.result()
        return self.pixels
