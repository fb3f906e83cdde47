"""`npz` -> images and labels from NumPy arrays.

Enters: a .npz file. Leaves: `Loaded`. Whether the file is safe to read is decided in `npz_headers`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import numpy as np

from resnet_spec.data.dataset import Loaded, Split
from resnet_spec.data.existing_path import existing_path
from resnet_spec.data.npz_array import npz_array
from resnet_spec.data.npz_header import NpzHeader
from resnet_spec.data.npz_headers import npz_headers
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Npz

Headers = dict[str, NpzHeader]
SPLITS = ("train", "test", "val")
KNOWN = ("class_names", *(f"{axis}_{split}" for split in SPLITS for axis in "xy"))


def load_npz(source: Npz, *, classes: int, only_test: bool = False) -> Loaded:
    """Read the splits.

    Args:
        source: the spec's `npz`.
        classes: the model's; where the file names none, its classes are as many as its labels use, up to this many.
        only_test: whether to read only what the test images come from: the test split; or else the training images,
            where `test_fraction` holds some out; or else the val split. Without training labels, and where the file
            names none, the classes are as many as the model's.

    Raises:
        InputError: the file is missing or refused, or (all of them at once) an array is missing or not as it must be.
    """
    path = existing_path(source.path)
    if not path.is_file():
        raise InputError(_fault(f"`{source.path}` is no file", "give a file that `numpy.savez_compressed` has written"))
    headers = npz_headers(path)
    problems = [
        *_missing(headers, () if only_test else ("train",)),
        *(fault for name in KNOWN if name in headers for fault in _faults(name, headers)),
    ]
    if problems:
        raise InputError(*problems)
    there = [split for split in SPLITS if f"x_{split}" in headers]
    splits = {split: _split(path, split) for split in (_of_test(there, source) if only_test else there)}
    return Loaded(
        class_names=_class_names(path, headers, classes),
        train=splits.get("train"),
        test=splits.get("test"),
        validation=splits.get("val"),
        skipped=tuple(f"{name}: the array is none of {', '.join(KNOWN)}" for name in headers if name not in KNOWN),
    )


def _of_test(there: list[str], source: Npz) -> list[str]:
    if "test" in there:
        return ["test"]
    return ["train"] if source.test_fraction is not None and "train" in there else ["val"] if "val" in there else []


def _missing(headers: Headers, needed: Collection[str]) -> Iterator[Diagnostic]:
    hint = "a split is a pair of arrays, `x_` and `y_`; to train, only `train` must be there"
    there = ", ".join(f"`{name}`" for name in headers) or "none"
    for split in SPLITS:
        wanted = {f"x_{split}", f"y_{split}"}
        if split in needed or wanted & headers.keys():
            for name in sorted(wanted - headers.keys()):
                yield _fault(f"the array `{name}` is missing; there are: {there}", hint)


def _faults(name: str, headers: Headers) -> Iterator[Diagnostic]:
    found = headers[name]
    shown = f"`{name}` is {found.dtype} of shape {found.shape}"
    if name == "class_names":
        if found.dtype.kind != "U" or len(found.shape) != 1:
            yield _fault(f"{shown}; expected a list of texts", "save `numpy.array(['cat', 'dog'])`")
        return
    if name.startswith("x_"):
        if found.dtype != np.uint8:
            yield _fault(f"{shown}; expected uint8", "save pixels as whole numbers from 0 to 255, of type uint8")
        if len(found.shape) not in (3, 4) or 0 in found.shape[1:]:
            yield _fault(f"{shown}; expected (images, height, width) or (images, height, width, channels)", "")
        return
    if found.dtype.kind not in "iu":
        yield _fault(f"{shown}; expected whole numbers", "save class numbers, counted from 0")
    if len(found.shape) == 2 and found.shape[1] > 1:
        yield _fault(f"{shown}; it looks one-hot", "save class numbers instead: `y.argmax(axis=1)`")
    elif found.shape[1:] not in ((), (1,)) or not found.shape:
        yield _fault(f"{shown}; expected (images,) or (images, 1)", "save one class number an image")
    images = headers.get(f"x_{name[2:]}")
    if images and images.shape[:1] != found.shape[:1]:
        yield _fault(f"{shown}; `x_{name[2:]}` has the shape {images.shape}", "save one class number an image")


def _split(path: Path, split: str) -> Split:
    images, labels = npz_array(path, f"x_{split}"), npz_array(path, f"y_{split}")
    images = np.ascontiguousarray(images if images.ndim == 4 else images[..., None])
    names = tuple(f"{split}[{index}]" for index in range(len(images)))
    # What is past int64 is no class either, and must not become a negative number in the message that says so.
    most = np.iinfo(np.int64).max
    labels = np.minimum(labels, np.uint64(most)) if labels.dtype == np.uint64 else labels
    return Split(images, labels.reshape(-1).astype(np.int64), names)


def _class_names(path: Path, headers: Headers, classes: int) -> tuple[str, ...]:
    if "class_names" in headers:
        names = tuple(str(name) for name in npz_array(path, "class_names"))
        if len(set(names)) < len(names) or "" in names:
            raise InputError(_fault("`class_names` holds a name twice, or an empty one", "name each class once"))
        return names
    if "y_train" not in headers:
        return tuple(str(label) for label in range(classes))
    labels = npz_array(path, "y_train")
    used = int(labels.max()) + 1 if labels.size else 0
    return tuple(str(label) for label in range(max(0, min(used, classes))))


def _fault(message: str, hint: str) -> Diagnostic:
    return Diagnostic(Code.DATA_LAYOUT, message, help=hint)
