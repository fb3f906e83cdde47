"""Classifier and image files -> predictions, as they come.

Enters: paths that a person gave. Leaves: the most likely classes of each. Images are decoded by the code that decoded
the training images, as the network's description says.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.bad_image import BadImage, WrongSize
from resnet_spec.data.decode_image import decode_image
from resnet_spec.data.fit_image import MODES
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.predict_array import predict_array
from resnet_spec.deploy.prediction import Prediction
from resnet_spec.deploy.read_file import Unreadable, read_file
from resnet_spec.diagnostic import Code, Diagnostic, InputError

MAX_IMAGE_BYTES = 64 << 20
CHUNK = 32


def predict(
    classifier: Classifier, files: Iterable[str | Path], *, top_k: int = 5
) -> Iterator[Prediction | Diagnostic]:
    """Classify image files, a handful at a time: memory does not grow with their number.

    Args:
        classifier: the network.
        files: images, one after another.
        top_k: how many classes to give, most likely first; no more than there are.

    Yields:
        What the network says of each image, or why it is none, in their order.

    Raises:
        InputError: `top_k` is below 1, no image file has as many channels as the network takes, or the network stopped.
    """
    if top_k < 1:
        raise InputError(Diagnostic(Code.INPUT_REFUSED, f"top_k is {top_k}", help="ask for at least 1 class"))
    channels = classifier.description.shape[2]
    if channels not in MODES:
        message = f"`{classifier.name}` takes images of {channels} channels; image files have 1 or 3"
        help = "`evaluate --data FILE.npz` scores it on arrays of such images"
        raise InputError(Diagnostic(Code.INPUT_REFUSED, message, help=help))
    return _predict(classifier, iter(files), top_k)


def _predict(classifier: Classifier, files: Iterator[str | Path], top_k: int) -> Iterator[Prediction | Diagnostic]:
    while chunk := list(islice(files, CHUNK)):
        images = [_decode(file, classifier.description) for file in chunk]
        good = [image for image in images if isinstance(image, np.ndarray)]
        rows = iter(predict_array(classifier, np.stack(good)) if good else ())
        for file, image in zip(chunk, images, strict=True):
            yield image if isinstance(image, Diagnostic) else _best(str(file), next(rows), classifier, top_k)


def _decode(file: str | Path, description: Description) -> NDArray[np.uint8] | Diagnostic:
    try:
        content = read_file(Path(file), limit=MAX_IMAGE_BYTES)
        return decode_image(content, shape=description.shape, resize=description.resize)
    except WrongSize as refused:
        help = "resize the image; a network whose spec says `data.resize: stretch` or `crop` does so itself"
        return Diagnostic(Code.DATA_IMAGE, f"`{file}` {refused}", help=help)
    except (BadImage, Unreadable) as refused:
        return Diagnostic(Code.DATA_IMAGE, f"`{file}`: {refused}", help="give an image file, such as a JPEG or a PNG")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        reason = (getattr(error, "strerror", None) or str(error)).lower()
        return Diagnostic(Code.DATA_NOT_FOUND, f"cannot read `{file}`: {reason}", help="check the path of the image")


def _best(file: str, row: NDArray[np.float32], classifier: Classifier, top_k: int) -> Prediction:
    names = classifier.description.class_names
    order = np.argsort(-row, kind="stable")[:top_k]
    return Prediction(file, tuple((names[index], float(row[index])) for index in order))
