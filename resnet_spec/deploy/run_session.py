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
from resnet_spec.deploy.interface import INPUT, LOGITS, PROBABILITIES
from resnet_spec.deploy.onnx_refused import OnnxRefused

if TYPE_CHECKING:
    import onnxruntime


def run_session(
    session: onnxruntime.InferenceSession, images: Images, batch_size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Run a network; the last batch may be smaller.

    Args:
        session: the network.
        images: at least one, (images, height, width, channels), values 0..255, any number type.
        batch_size: images a call.

    Returns:
        Logits and probabilities, each (images, classes).

    Raises:
        OnnxRefused: onnxruntime stopped, or an output does not have the shape that the network declares.
    """
    classes = session.get_outputs()[0].shape[1]
    logits, probabilities = [], []
    groups = np.split(np.arange(len(images)), range(batch_size, len(images), batch_size))
    for batch in (pixels.astype(np.float32) for pixels in read_ahead(images, groups)):
        with catch_onnxruntime(f"does not run at batch {len(batch)}"):
            outputs = session.run([LOGITS, PROBABILITIES], {INPUT: batch})
        if any(output.shape != (len(batch), classes) for output in outputs):
            raise OnnxRefused(f"does not give one row of {classes} numbers an image at batch {len(batch)}")
        logits.append(outputs[0])
        probabilities.append(outputs[1])
    return np.concatenate(logits), np.concatenate(probabilities)
