"""A loaded source and the model's classes -> everything that is wrong between them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from resnet_spec.data.dataset import Loaded, Split
from resnet_spec.diagnostic import Code, Diagnostic


def check_loaded(loaded: Loaded, *, classes: int) -> list[Diagnostic]:
    """Give what keeps the images from being trained on, or scored on where the training images are not there.

    Args:
        loaded: what the source holds.
        classes: `model.classes`.
    """
    splits = {"train": loaded.train, "test": loaded.test, loaded.validation_name: loaded.validation}
    # After a fault of the layout or of an image, a missing image is its consequence, and not said twice.
    there = {} if loaded.problems else {name: split for name, split in splits.items() if split is not None}
    faults = [fault for name, split in there.items() for fault in _faults(name, split, loaded)]
    outside = any(fault.code is Code.DATA_MISMATCH for fault in faults)
    found = len(loaded.class_names)
    if found != classes and found and not outside and not loaded.empty_classes:
        message = f"the data has {found} classes{_listed(loaded.class_names)}; `model.classes` is {classes}"
        faults.append(
            Diagnostic(Code.DATA_MISMATCH, message, help=f"set `model.classes` to {found}, or change the data")
        )
    return faults


def _listed(names: tuple[str, ...]) -> str:
    return f" ({', '.join(names)})" if 0 < len(names) <= 12 else ""


def _faults(name: str, split: Split, loaded: Loaded) -> Iterator[Diagnostic]:
    count = len(loaded.class_names)
    if not len(split):
        yield Diagnostic(Code.DATA_LAYOUT, f"the {name} split has no image", help="add images, or leave the split out")
        return
    outside = np.flatnonzero((split.labels < 0) | (split.labels >= count))
    if len(outside) and count:
        first = int(outside[0])
        message = f"{len(outside):,} labels of the {name} split lie outside 0 to {count - 1}"
        message += f"; the first is {split.labels[first]}, of `{split.names[first]}`"
        yield Diagnostic(Code.DATA_MISMATCH, message, help="count classes from 0, and name as many as there are")
    if name == "train":
        present = set(np.unique(split.labels).tolist())
        missing = [f"`{word}`" for label, word in enumerate(loaded.class_names) if label not in present]
        if missing:
            message = f"no training image shows the class(es) {', '.join(missing)}"
            yield Diagnostic(Code.DATA_LAYOUT, message, help="add images of each, or take the class out")
