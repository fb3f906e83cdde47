"""Classifier and images -> logits and probabilities, finite ones only.

Enters: images of the right shape, values 0..255. Leaves: float32 arrays. Checking what a caller gives is
`predict_array`'s work.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images
from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.run_session import run_session
from resnet_spec.diagnostic import Code, Diagnostic, InputError

HELP = "export the network again; the file may be damaged"


def run_classifier(
    classifier: Classifier, images: Images, *, batch_size: int = 32
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Run a network.

    Args:
        classifier: the network.
        images: at least one, (images, height, width, channels), values 0..255, any number type.
        batch_size: images a call; memory grows with it.

    Returns:
        Logits and probabilities, each (images, classes).

    Raises:
        InputError: the network stopped, or gave NaN or infinity.
    """
    try:
        logits, probabilities = run_session(classifier.session, images, batch_size, classifier.description.form)
    except OnnxRefused as refused:
        raise _invalid(f"`{classifier.name}` {refused}") from None
    if not (np.isfinite(logits).all() and np.isfinite(probabilities).all()):
        raise _invalid(f"`{classifier.name}` gives numbers that are not finite")
    return logits, probabilities


def _invalid(message: str) -> InputError:
    return InputError(Diagnostic(Code.ONNX_INVALID, message, help=HELP))
