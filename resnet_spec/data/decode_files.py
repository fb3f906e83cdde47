"""Files of a store -> one array of pixels, and which files are bad.

Enters: entries, in the order wanted. Leaves: pixels in that order, whatever the order of reading. What a bad file
means is the caller's affair.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.arrange_images import SUFFIXES
from resnet_spec.data.bad_image import BadImage
from resnet_spec.data.decode_image import decode_image
from resnet_spec.data.fit_image import Resize
from resnet_spec.data.image_store import MAX_FILE_BYTES, Entry, ImageStore
from resnet_spec.diagnostic import Code, Diagnostic, InputError

AT_ONCE_FILES = 256
AT_ONCE_BYTES = 128 << 20
SMALL_BYTES = 16 << 10
Content = tuple[str, bytes]


def decode_files(
    store: ImageStore, files: Sequence[Entry], *, shape: tuple[int, int, int], resize: Resize
) -> tuple[NDArray[np.uint8], dict[str, BadImage]]:
    """Read and decode the files, a few in parallel.

    Returns:
        Pixels (files, *shape), zero for a bad file; and the fault of each bad file, by name.

    Raises:
        InputError: the store cannot be read, or the pixels do not fit into memory.
    """
    images = _empty(len(files), shape)
    slots = {entry.name: slot for slot, entry in enumerate(files)}
    bad = {entry.name: fault for entry in files if (fault := _refused(entry)) is not None}

    def decode(item: Content) -> tuple[str, BadImage] | None:
        name, content = item
        try:
            images[slots[name]] = decode_image(content, shape=shape, resize=resize)
        except BadImage as fault:
            return name, fault
        return None

    with ThreadPoolExecutor(min(4, os.cpu_count() or 1)) as pool:
        for handful in _handfuls(store.read(slots.keys() - bad.keys())):
            # Small pictures spend their time in Python, where threads only wait for each other (measured).
            small = sum(len(content) for _, content in handful) < len(handful) * SMALL_BYTES
            bad.update(filter(None, map(decode, handful) if small else pool.map(decode, handful)))
    return images, bad


def _refused(entry: Entry) -> BadImage | None:
    if not entry.name.lower().endswith(SUFFIXES):
        return BadImage(f"is no image: its name does not end in one of {', '.join(SUFFIXES)}")
    if entry.size > MAX_FILE_BYTES:
        return BadImage(f"has {entry.size:,} bytes; {MAX_FILE_BYTES:,} is the limit")
    return None


def _handfuls(contents: Iterator[Content]) -> Iterator[list[Content]]:
    # Bounded by number and by bytes, so that a folder of large files is never in memory as a whole.
    handful: list[Content] = []
    held = 0
    for item in contents:
        handful.append(item)
        held += len(item[1])
        if len(handful) == AT_ONCE_FILES or held >= AT_ONCE_BYTES:
            yield handful
            handful, held = [], 0
    yield handful


def _empty(count: int, shape: tuple[int, int, int]) -> NDArray[np.uint8]:
    try:
        return np.zeros((count, *shape), np.uint8)
    except (MemoryError, ValueError):
        message = f"{count:,} images of {shape[0]}x{shape[1]}x{shape[2]} do not fit into memory"
        raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help="use a smaller `model.input.shape`")) from None
