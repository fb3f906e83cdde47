"""What `class_weight` says, and the training images' classes -> a weight for each class."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.train import ClassWeight


def weigh_classes(
    weight: ClassWeight | None, class_names: Sequence[str], labels: NDArray[np.int64]
) -> NDArray[np.float32] | None:
    """Give (classes,) what the loss of an image of each class is multiplied by; None where no weights are asked for.

    Balanced weights are those of scikit-learn: images / (classes x images of the class), 1 in the mean over images.

    Args:
        weight: the spec's `train.class_weight`.
        class_names: of the data, in the order of the labels.
        labels: (images,), of the training images.

    Raises:
        InputError: the weights name a class that the data has not, or leave one out; or they are to balance a class of
            which there is no training image.
    """
    if weight is None:
        return None
    if weight == "balanced":
        counts = np.bincount(labels, minlength=len(class_names))
        if absent := [name for name, count in zip(class_names, counts, strict=True) if not count]:
            raise InputError(_cannot_balance(absent))
        return (len(labels) / (len(class_names) * counts)).astype(np.float32)
    return _written(weight, class_names)


def _cannot_balance(absent: list[str]) -> Diagnostic:
    message = f"`train.class_weight` is `balanced`, and no training image is of the class {_listed(absent)}"
    help = "add images of it, take more of them (`data.max_images`), or write a weight for each class"
    return Diagnostic(Code.DATA_MISMATCH, message, None, help)


def _written(weight: Mapping[str, float], class_names: Sequence[str]) -> NDArray[np.float32]:
    """Take a key as a class's name, or else as its place."""
    found: dict[int, list[str]] = {place: [] for place in range(len(class_names))}
    unknown = []
    for key in weight:
        place = _place(key, class_names)
        unknown += [key] if place is None else []
        if place is not None:
            found[place].append(key)
    missing = [class_names[place] for place, keys in found.items() if not keys]
    twice = [keys for keys in found.values() if len(keys) > 1]
    if unknown or missing or twice:
        raise InputError(*_faults(unknown, missing, twice, class_names))
    return np.array([weight[keys[0]] for keys in found.values()], np.float32)


def _place(key: str, class_names: Sequence[str]) -> int | None:
    if key in class_names:
        return class_names.index(key)
    whole = key.isascii() and key.isdigit() and int(key) < len(class_names)
    return int(key) if whole else None


def _faults(
    unknown: list[str], missing: list[str], twice: list[list[str]], class_names: Sequence[str]
) -> list[Diagnostic]:
    last = len(class_names) - 1
    help = f"write a weight for each class by its name, or its index from 0 to {last}; or write `balanced`"
    messages = [
        *([f"`train.class_weight` names what is no class of the data: {_listed(unknown)}"] if unknown else []),
        *([f"`train.class_weight` leaves classes of the data out: {_listed(missing)}"] if missing else []),
        *(f"`train.class_weight` weighs one class twice: {_listed(keys)}" for keys in twice),
    ]
    return [Diagnostic(Code.DATA_MISMATCH, message, None, help) for message in messages]


def _listed(names: Sequence[str], most: int = 12) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(f"`{name}`" for name in names[:most]) + more
