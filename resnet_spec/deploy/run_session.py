"""Images -> logits and probabilities, a batch at a time.

Enters: a session and images. Leaves: float32 arrays. What the images are is the caller's affair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.images import Images
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.deploy.catch_onnxruntime import catch_onnxruntime
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import INPUT, LOGITS, PROBABILITIES
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.take_pixels import take_pixels

if TYPE_CHECKING:
    import onnxruntime


def run_session(
    session: onnxruntime.InferenceSession, images: Images, batch_size: int, form: Form = PLAIN
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Run a network; the last batch may be smaller.

    Args:
        session: the network.
        images: at least one, (images, height, width, channels), values 0..255, any number type.
        batch_size: images a call.
        form: what the network takes and gives.

    Returns:
        Logits and probabilities, each (images, classes). What the network does not give is made of what it gives;
        logits are then known but for a number that is added to all of an image.

    Raises:
        OnnxRefused: onnxruntime stopped, or an output does not have the shape that the network declares.
    """
    classes = session.get_outputs()[0].shape[1]
    logits, probabilities = [], []
    groups = np.split(np.arange(len(images)), range(batch_size, len(images), batch_size))
    for batch in (take_pixels(pixels, form) for pixels in read_ahead(images, groups)):
        with catch_onnxruntime(f"does not run at batch {len(batch)}"):
            outputs = session.run(list(form.outputs), {INPUT: batch})
        if any(output.shape != (len(batch), classes) for output in outputs):
            raise OnnxRefused(f"does not give one row of {classes} numbers an image at batch {len(batch)}")
        given = dict(zip(form.outputs, outputs, strict=True))
        logits.append(given[LOGITS] if LOGITS in given else _logarithm(given[PROBABILITIES]))
        probabilities.append(given[PROBABILITIES] if PROBABILITIES in given else _softmax(given[LOGITS]))
    return np.concatenate(logits), np.concatenate(probabilities)


def _logarithm(probabilities: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.log(np.maximum(probabilities, np.finfo(np.float32).tiny))


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    softmax: NDArray[np.float32] = powers / powers.sum(axis=1, keepdims=True)
    return softmax
