"""Network and images -> the largest number that it computes on its way.

Enters: a float32 network. Leaves: a number, and where it came up. onnxruntime computes float16 in float32 on a CPU, so
that what would overflow on a GPU can be seen in no output here.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import INPUT
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.take_pixels import take_pixels

if TYPE_CHECKING:
    import onnx

BATCH = 8


def find_peak(content: bytes, images: NDArray[np.uint8], form: Form = PLAIN) -> tuple[float, str]:
    """Give the largest absolute value of any tensor for any of the images, and the tensor's name."""
    import onnx

    model = onnx.shape_inference.infer_shapes(parse_onnx(content), strict_mode=True)
    known = {value.name for value in model.graph.output}
    inside = [value for value in _floats(model) if value.name not in known]
    model.graph.output.extend(inside)
    session = open_session(model.SerializeToString(), optimize=False)
    names = [value.name for value in model.graph.output]
    peaks = dict.fromkeys(names, 0.0)
    for start in range(0, len(images), BATCH):
        values = session.run(names, {INPUT: take_pixels(images[start : start + BATCH], form)})
        # `np.maximum` keeps what is not a number, where `max` would drop it.
        peaks = {
            name: float(np.maximum(peaks[name], np.abs(each).max())) for name, each in zip(names, values, strict=True)
        }
    worst = max(peaks, key=lambda name: peaks[name] if np.isfinite(peaks[name]) else np.inf)
    return peaks[worst], worst


def _floats(model: onnx.ModelProto) -> Iterator[onnx.ValueInfoProto]:
    made = {name for node in model.graph.node for name in node.output}
    for value in model.graph.value_info:
        if value.name in made and value.type.tensor_type.elem_type == 1:  # onnx.TensorProto.FLOAT
            yield value
