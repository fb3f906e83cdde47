"""Logits and labels -> Score.

Enters: arrays, from any framework. Leaves: figures. No network is run and no framework is known here.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.scores import ClassScore, Score
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic, InputError


def score(logits: NDArray[Any], labels: NDArray[np.int64], class_names: Sequence[str]) -> Score:
    """Score a network's answers.

    Args:
        logits: (images, classes), before the softmax.
        labels: (images,), the true classes.
        class_names: one a column of `logits`.

    Raises:
        InputError: no images, or labels and logits that do not fit each other or the names.
        CheckFailed: logits that are not finite.
    """
    from sklearn.metrics import accuracy_score, confusion_matrix, top_k_accuracy_score

    _check(logits, labels, len(class_names))
    every = np.arange(len(class_names))
    best = logits.argmax(axis=1)
    top5 = top_k_accuracy_score(labels, logits, k=5, labels=every) if len(every) > 5 else None
    confusion = confusion_matrix(labels, best, labels=every)
    return Score(
        images=len(labels),
        accuracy=float(accuracy_score(labels, best)),
        top5_accuracy=None if top5 is None else float(top5),
        loss=_cross_entropy(logits, labels),
        confusion=tuple(tuple(int(count) for count in row) for row in confusion),
        per_class=_per_class(labels, best, class_names),
    )


def _check(logits: NDArray[Any], labels: NDArray[np.int64], classes: int) -> None:
    if not len(labels):
        raise _mismatch("there are no images to score")
    if logits.shape != (len(labels), classes):
        raise _mismatch(f"the logits have the shape {logits.shape}, not ({len(labels)}, {classes})")
    if labels.min() < 0 or labels.max() >= classes:
        raise _mismatch(f"labels go from {labels.min()} to {labels.max()}, but the network has {classes} classes")
    if not np.isfinite(logits).all():
        image = int(np.flatnonzero(~np.isfinite(logits).all(axis=1))[0])
        message = f"the network gives logits that are not finite, first for image {image}"
        raise CheckFailed(Diagnostic(Code.NOT_FINITE, message, help="train again, with a lower learning rate"))


def _cross_entropy(logits: NDArray[Any], labels: NDArray[np.int64]) -> float:
    # From logits: scikit-learn's takes probabilities, where a confident mistake is cut off at about 36 nats.
    exact = logits.astype(np.float64)
    right = exact[np.arange(len(labels)), labels]
    return float(np.mean(np.logaddexp.reduce(exact, axis=1) - right))


def _per_class(
    labels: NDArray[np.int64], best: NDArray[np.int64], class_names: Sequence[str]
) -> tuple[ClassScore, ...]:
    from sklearn.metrics import precision_recall_fscore_support

    columns = precision_recall_fscore_support(labels, best, labels=np.arange(len(class_names)), zero_division=0)
    precision, recall, f1, images = (column.tolist() for column in columns)
    rows = zip(class_names, images, precision, recall, f1, strict=True)
    return tuple(ClassScore(name, int(count), p, r, f) for name, count, p, r, f in rows)


def _mismatch(message: str) -> InputError:
    return InputError(Diagnostic(Code.DATA_MISMATCH, message, help="use the data that the network was made for"))
