"""Files of a store -> their images, in memory or streamed, and which files are bad.

Enters: entries, in the order wanted. Leaves: images in that order, whatever the order of reading. Every file is decoded
once, so that a bad one is known before anything is trained. What it means is the caller's affair.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.arrange_images import SUFFIXES
from resnet_spec.data.bad_image import BadImage
from resnet_spec.data.decode_image import decode_image
from resnet_spec.data.digest_images import DIGEST_BYTES, digest_image
from resnet_spec.data.empty_images import empty_images
from resnet_spec.data.fit_image import Resize
from resnet_spec.data.image_store import MAX_FILE_BYTES, Entry, ImageStore
from resnet_spec.data.images import Images, Read, StreamedImages
from resnet_spec.data.read_ahead import workers
from resnet_spec.diagnostic import Code, Diagnostic, InputError

AT_ONCE_FILES = 256
AT_ONCE_BYTES = 128 << 20
SMALL_BYTES = 16 << 10
Content = tuple[str, bytes]
Shape = tuple[int, int, int]
Bad = dict[str, BadImage]


def decode_files(
    store: ImageStore, files: Sequence[Entry], *, shape: Shape, resize: Resize, streamed: bool = False
) -> tuple[Images, Bad]:
    """Read and decode the files, a few in parallel.

    Args:
        store: where they are.
        files: which.
        shape: height, width and channels of the input.
        resize: `data.resize`.
        streamed: whether to keep the images' digests only, and to decode the files again whenever they are wanted.

    Returns:
        Images (files, *shape), of no meaning for a bad file; and the fault of each bad file, by name.

    Raises:
        InputError: the store cannot be read, or not as it would have to be; or the pixels do not fit into memory.
    """
    if not streamed:
        images = empty_images(len(files), shape)
        return images, _decode(store, files, shape, resize, images.__setitem__)
    read = _reread(store, files, shape, resize, digests := np.zeros((len(files), DIGEST_BYTES), np.uint8))

    def keep(slot: int, pixels: NDArray[np.uint8]) -> None:
        digests[slot] = np.frombuffer(digest_image(pixels), np.uint8)

    bad = _decode(store, files, shape, resize, keep)
    return StreamedImages(read, np.arange(len(files)), digests, shape), bad


def _reread(
    store: ImageStore, files: Sequence[Entry], shape: Shape, resize: Resize, digests: NDArray[np.uint8]
) -> Read:
    content = store.reader()

    def read(slot: int) -> NDArray[np.uint8]:
        name = files[slot].name
        try:
            pixels = decode_image(content(name), shape=shape, resize=resize)
            reason = "" if digest_image(pixels) == digests[slot].tobytes() else "is another picture than it was"
        except BadImage as fault:
            reason = fault.reason
        if reason:
            message = f"`{name}` was changed after this run had looked at it: it {reason}"
            help = "leave the images alone while they are in use; put it back, and go on with `--resume`"
            raise InputError(Diagnostic(Code.DATA_IMAGE, message, help=help))
        return pixels

    return read


def _decode(
    store: ImageStore,
    files: Sequence[Entry],
    shape: Shape,
    resize: Resize,
    use: Callable[[int, NDArray[np.uint8]], None],
) -> Bad:
    slots = {entry.name: slot for slot, entry in enumerate(files)}
    bad = {entry.name: fault for entry in files if (fault := _refused(entry)) is not None}

    def decode(item: Content) -> tuple[str, BadImage] | None:
        name, content = item
        try:
            use(slots[name], decode_image(content, shape=shape, resize=resize))
        except BadImage as fault:
            return name, fault
        return None

    with ThreadPoolExecutor(workers()) as pool:
        for handful in _handfuls(store.read(slots.keys() - bad.keys())):
            # Small pictures spend their time in Python, where threads only wait for each other (measured).
            small = sum(len(content) for _, content in handful) < len(handful) * SMALL_BYTES
            bad.update(filter(None, map(decode, handful) if small else pool.map(decode, handful)))
    return bad


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
