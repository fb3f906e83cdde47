"""A data set -> what identifies it in a checkpoint, piece by piece; and two of these -> what changed, in words."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

import numpy as np

from resnet_spec.data.dataset import Dataset, Split
from resnet_spec.data.digest_images import digest_images
from resnet_spec.train.checkpoint import DataPrint, SplitPrint


def data_print(dataset: Dataset) -> DataPrint:
    """Hash what a training depends on; the test images are not part of it, unless they validate."""
    return DataPrint(dataset.class_names, _split(dataset.train), _split(dataset.validation))


def changes(old: DataPrint, new: DataPrint) -> list[str]:
    """Say what differs, a line a piece; nothing if nothing does."""
    found = [*_split_changes("training", old.train, new.train)]
    found += _split_changes("validation", old.validation, new.validation)
    if old.class_names != new.class_names:
        gone, come = (
            ", ".join(sorted(set(one) - set(other))) or "none"
            for one, other in ((old.class_names, new.class_names), (new.class_names, old.class_names))
        )
        found.append(f"the classes: gone: {gone}; new: {come}" if set(old.class_names) != set(new.class_names)
                     else "the order of the classes")  # fmt: skip
    return found


def _split(split: Split) -> SplitPrint:
    pixels = hashlib.sha256(str(split.images.shape).encode())
    pixels.update(digest_images(split.images).data)
    labels = hashlib.sha256(np.ascontiguousarray(split.labels, "<i8").tobytes())
    return SplitPrint(len(split), labels.hexdigest(), pixels.hexdigest())


def _split_changes(name: str, old: SplitPrint, new: SplitPrint) -> Iterator[str]:
    if old.images != new.images:
        yield f"the {name} images: {old.images:,} before, {new.images:,} now"
        return
    if old.labels != new.labels:
        yield f"labels of the {name} images, or their order"
    if old.pixels != new.pixels:
        yield f"pixels of the {name} images, or their order"
