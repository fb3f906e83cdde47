"""A source -> what a look at it tells: its classes, and the size of its images.

Enters: the spec's words for a source. Leaves: a `Survey`. Of image files, a few are opened; nothing is downloaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from statistics import median_low
from typing import assert_never

from resnet_spec.data.arrange_images import VALIDATION, arrange_images
from resnet_spec.data.bad_image import BadImage
from resnet_spec.data.image_store import Entry, ImageStore
from resnet_spec.data.load_npz import load_npz
from resnet_spec.data.open_image import open_image
from resnet_spec.data.open_store import open_store
from resnet_spec.data.survey import Survey
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Cifar10, Cifar100, Digits, ImageFolder, Npz, Source

_MANY_CLASSES = 1 << 20
_LOOKED_AT = 32


def survey_source(source: Source) -> Survey:
    """Look at a source.

    Raises:
        InputError: it is missing, refused, or not laid out as a source of its kind must be; every image that was looked
            at is damaged.
    """
    match source:
        case ImageFolder():
            return _survey_folder(source)
        case Npz():
            return _survey_npz(source)
        case Digits() | Cifar10() | Cifar100():
            return Survey(source.classes, source.image_shape, source.train_images, has_test=True, has_validation=False)
        case _:
            assert_never(source)


def _survey_folder(source: ImageFolder) -> Survey:
    store = open_store(source.path)
    layout = arrange_images(store.entries)
    if layout.problems:
        raise InputError(*layout.problems)
    train = layout.splits["train"]
    shapes, faults = _shapes(store, _spread([entry for entry, _ in train]))
    if not shapes:
        raise InputError(*faults)
    heights, widths, channels = zip(*shapes, strict=True)
    return Survey(
        classes=len(layout.class_names),
        shape=(median_low(heights), median_low(widths), max(channels)),
        train_images=len(train),
        has_test="test" in layout.splits,
        has_validation=any(name in layout.splits for name in VALIDATION),
        alike=len(set(heights)) == len(set(widths)) == 1,
    )


def _spread(entries: Sequence[Entry]) -> list[Entry]:
    """Take a few of many, from every part of the folder."""
    count = min(len(entries), _LOOKED_AT)
    return [entries[number * len(entries) // count] for number in range(count)]


def _shapes(store: ImageStore, entries: Iterable[Entry]) -> tuple[list[tuple[int, int, int]], list[Diagnostic]]:
    """Give height, width and channels of images, and what is wrong with the others."""
    from PIL import Image as pillow  # noqa: N813

    shapes, faults = [], []
    for name, content in store.read([entry.name for entry in entries]):
        try:
            image = open_image(content)
        except BadImage as fault:
            help = "replace or delete the file"
            faults.append(Diagnostic(Code.DATA_IMAGE, f"`{name}` {fault.reason}", help=help))
        else:
            shapes.append((image.height, image.width, 1 if pillow.getmodebase(image.mode) == "L" else 3))
    return shapes, faults


def _survey_npz(source: Npz) -> Survey:
    loaded = load_npz(source, classes=_MANY_CLASSES)
    assert loaded.train is not None  # as `load_npz` refuses a file without it
    _, height, width, channels = loaded.train.images.shape
    return Survey(
        classes=len(loaded.class_names),
        shape=(height, width, channels),
        train_images=len(loaded.train),
        has_test=loaded.test is not None,
        has_validation=loaded.validation is not None,
    )
