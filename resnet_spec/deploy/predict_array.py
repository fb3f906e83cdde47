"""Classifier and an array -> probabilities; anything that is not an array of images is refused.

Enters: an array of anyone's making. Leaves: float32 probabilities. Files are `predict`'s work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.run_classifier import run_classifier
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def predict_array(classifier: Classifier, images: NDArray[Any], *, batch_size: int = 32) -> NDArray[np.float32]:
    """Classify images that are already in memory.

    Args:
        classifier: the network.
        images: uint8 or float32, (images, height, width, channels), values 0..255, RGB or grey.
        batch_size: images a call; memory grows with it.

    Returns:
        Probabilities, (images, classes).

    Raises:
        InputError: wrong type, wrong shape, no image, NaN, infinity, or values outside 0..255.
    """
    fault = _fault(images, classifier.description.shape)
    if fault:
        height, width, channels = classifier.description.shape
        help = f"give uint8 or float32 of shape (images, {height}, {width}, {channels}), values from 0 to 255"
        raise InputError(Diagnostic(Code.INPUT_REFUSED, fault, help=help))
    return run_classifier(classifier, images, batch_size=batch_size)[1]


def _fault(images: object, shape: tuple[int, int, int]) -> str:
    if not isinstance(images, np.ndarray):
        return f"the images are a {type(images).__name__}, not an array"
    if images.dtype not in (np.uint8, np.float32):
        return f"the images are {images.dtype}"
    if images.ndim != 4 or images.shape[1:] != shape:
        return f"the images have the shape {images.shape}"
    return _fault_of_values(images) if len(images) else "there are no images"


def _fault_of_values(images: NDArray[Any]) -> str:
    if not np.isfinite(images).all():
        return "the images contain NaN or infinity"
    if images.min() < 0 or images.max() > 255:
        return f"the images contain values from {images.min():g} to {images.max():g}"
    return ""
