"""Classifier and image files -> predictions.

Enters: paths that a person gave. Leaves: the most likely classes of each. Images are decoded by the code that decoded
the training images, as the network's description says.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import BadImage, WrongSize
from resnet_spec.data.decode_image import decode_image
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.predict_array import predict_array
from resnet_spec.deploy.prediction import Prediction
from resnet_spec.deploy.read_file import Unreadable, read_file
from resnet_spec.diagnostic import Code, Diagnostic, InputError

MAX_IMAGE_BYTES = 64 << 20
CHUNK = 32


def predict(
    classifier: Classifier, files: Sequence[str | Path], *, top_k: int = 5
) -> tuple[list[Prediction], list[Diagnostic]]:
    """Classify image files.

    Args:
        classifier: the network.
        files: images, one after another; memory does not grow with their number.
        top_k: how many classes to give, most likely first; no more than there are.

    Returns:
        What the network says of the images, in order, and the files that are none, each with its reason.

    Raises:
        InputError: `top_k` is below 1.
    """
    if top_k < 1:
        raise InputError(Diagnostic(Code.INPUT_REFUSED, f"top_k is {top_k}", help="ask for at least 1 class"))
    predictions: list[Prediction] = []
    faults: list[Diagnostic] = []
    for start in range(0, len(files), CHUNK):
        chunk = files[start : start + CHUNK]
        images = [_decode(file, classifier.description) for file in chunk]
        faults += [image for image in images if isinstance(image, Diagnostic)]
        good = [(file, image) for file, image in zip(chunk, images, strict=True) if isinstance(image, np.ndarray)]
        if good:
            rows = predict_array(classifier, np.stack([image for _, image in good]))
            predictions += [_best(str(file), row, classifier, top_k) for (file, _), row in zip(good, rows, strict=True)]
    return predictions, faults


def _decode(file: str | Path, description: Description) -> NDArray[np.uint8] | Diagnostic:
    try:
        content = read_file(Path(file), limit=MAX_IMAGE_BYTES)
        return decode_image(content, shape=description.shape, resize=description.resize)
    except WrongSize as refused:
        help = "resize the image; a network whose spec says `data.resize: stretch` or `crop` does so itself"
        return Diagnostic(Code.DATA_IMAGE, f"`{file}` {refused}", help=help)
    except (BadImage, Unreadable) as refused:
        return Diagnostic(Code.DATA_IMAGE, f"`{file}`: {refused}", help="give an image file, such as a JPEG or a PNG")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        return Diagnostic(Code.DATA_NOT_FOUND, f"cannot read `{file}`: {reason}", help="check the path of the image")


def _best(file: str, row: NDArray[np.float32], classifier: Classifier, top_k: int) -> Prediction:
    names = classifier.description.class_names
    order = np.argsort(-row, kind="stable")[:top_k]
    return Prediction(file, tuple((names[index], float(row[index])) for index in order))
