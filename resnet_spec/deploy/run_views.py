"""Classifier, images and the spec's `test_views` -> logits and probabilities of all views of each image together."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.run_classifier import run_classifier
from resnet_spec.deploy.view_images import view_images
from resnet_spec.spec.data import Views

_AT_ONCE = 1024
"""Images of which views are made at a time."""


def run_views(
    classifier: Classifier, images: Images, views: Views, *, batch_size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Average the logits of an image's views; arguments and errors are those of `run_classifier`."""
    found = []
    groups = np.split(np.arange(len(images)), range(_AT_ONCE, len(images), _AT_ONCE))
    for some in read_ahead(images, groups):
        seen = view_images(some, views)
        found.append(sum(weight * run_classifier(classifier, view, batch_size=batch_size)[0] for weight, view in seen))
    logits = np.concatenate(found)
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return logits.astype(np.float32), (powers / powers.sum(axis=1, keepdims=True)).astype(np.float32)
