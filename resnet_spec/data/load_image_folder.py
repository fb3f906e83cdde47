"""`image_folder` -> images and labels at the input's shape.

Enters: a folder or an archive of class folders. Leaves: `Loaded`, in memory or streamed, with every bad file named.
Nothing is held out here.
"""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np

from resnet_spec.data.arrange_images import VALIDATION, Arrangement, arrange_images
from resnet_spec.data.bad_image import BadImage, WrongSize
from resnet_spec.data.dataset import Loaded, Split
from resnet_spec.data.decode_files import decode_files
from resnet_spec.data.fit_image import MODES
from resnet_spec.data.images import Images, take_images
from resnet_spec.data.keep_test import keep_test
from resnet_spec.data.open_store import open_store
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Data, ImageFolder

Bad = dict[str, BadImage]
LISTED = 20


def load_image_folder(
    source: ImageFolder, data: Data, *, shape: tuple[int, int, int], only_test: bool = False
) -> Loaded:
    """Decode every image of every split, and keep the pixels where they are few enough.

    Args:
        source: the spec's `image_folder`.
        data: its `resize` and `resident_mib`.
        shape: height, width and channels of the input.
        only_test: whether to decode only what `keep_test` keeps.

    Raises:
        InputError: the path is missing or refused, or the input has neither one channel nor three. Faults of the layout
            and of single images are left in `Loaded.problems`.
    """
    if shape[2] not in MODES:
        message = f"image files have 1 or 3 channels; the model's input has {shape[2]}"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help="change the last number of `model.input.shape`"))
    store = open_store(source.path)
    layout = arrange_images(store.entries, needs_train=not only_test)
    if only_test:
        layout = keep_test(layout, source)
    everything = [entry for files in layout.splits.values() for entry, _ in files]
    streamed = len(everything) * math.prod(shape) > data.resident_mib << 20
    images, bad = decode_files(store, everything, shape=shape, resize=data.resize, streamed=streamed)
    splits = _splits(layout, images, bad)
    # A picture of another size is sound: leaving it out would hide that the spec does not fit the data.
    skip = source.on_bad_image == "skip"
    skipped = {name: fault for name, fault in bad.items() if skip and not isinstance(fault, WrongSize)}
    broken = tuple(f"{name}: {fault.reason}" for name, fault in sorted(skipped.items()))
    own = next((name for name in VALIDATION if name in splits), None)
    return Loaded(
        class_names=layout.class_names,
        train=splits.get(
            "train", None if only_test else Split(take_images(images, slice(0)), np.zeros(0, np.int64), ())
        ),
        test=splits.get("test"),
        validation=splits[own] if own else None,
        validation_name=own or "val",
        skipped=(*layout.skipped, *broken),
        broken=broken,
        problems=(*layout.problems, *_problems({name: bad[name] for name in sorted(bad.keys() - skipped.keys())})),
        empty_classes=layout.empty_classes,
    )


def _splits(layout: Arrangement, images: Images, bad: Bad) -> dict[str, Split]:
    splits, start = {}, 0
    for name, files in layout.splits.items():
        good = [place for place, (entry, _) in enumerate(files) if entry.name not in bad]
        which = slice(start, start + len(files)) if len(good) == len(files) else start + np.array(good, np.int64)
        labels = np.array([files[place][1] for place in good], np.int64)
        splits[name] = Split(take_images(images, which), labels, tuple(files[place][0].name for place in good))
        start += len(files)
    return splits


def _problems(bad: Bad) -> list[Diagnostic]:
    hint = "replace or delete the file, or write `source: {image_folder: {path: PATH, on_bad_image: skip}}`"
    sizes = {name: fault for name, fault in bad.items() if isinstance(fault, WrongSize)}
    broken = {name: fault for name, fault in bad.items() if name not in sizes}
    problems = [
        Diagnostic(Code.DATA_IMAGE, f"`{name}` {fault.reason}", help=hint)
        for name, fault in list(broken.items())[:LISTED]
    ]
    if len(broken) > LISTED:
        problems.append(Diagnostic(Code.DATA_IMAGE, f"and {len(broken) - LISTED:,} more images like these, not listed"))
    return problems + _other_sizes(sizes)


def _other_sizes(sizes: Mapping[str, BadImage]) -> list[Diagnostic]:
    """Say once what is one fault of the spec, however many images there are."""
    for name, fault in sizes.items():
        more = f" (and so it is with {len(sizes) - 1:,} more)" if len(sizes) > 1 else ""
        help = "for example `--set data.resize=crop`"
        return [Diagnostic(Code.DATA_IMAGE, f"`{name}` {fault.reason}{more}", help=help)]
    return []
