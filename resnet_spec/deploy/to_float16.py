"""A verified float32 network -> the same network in 16-bit floating point, for GPUs.

Enters: a network. Leaves: bytes of one of half the size, whose input and outputs are as before. Processors without such
arithmetic run it too, but not faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.deploy.interface import PROBABILITIES
from resnet_spec.deploy.parse_onnx import parse_onnx

if TYPE_CHECKING:
    import onnx


def to_float16(content: bytes) -> bytes:
    """Convert weights and arithmetic up to the logits; the softmax stays in float32. Metadata is left out."""
    import onnx
    from onnxruntime.quantization.onnx_model import ONNXModel
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = onnx.shape_inference.infer_shapes(parse_onnx(content), check_type=True, strict_mode=True)
    outputs = list(model.graph.output)
    softmax = _cut_softmax(model.graph)
    converted = ONNXModel(convert_float_to_float16(model, keep_io_types=True))
    converted.topological_sort()  # the converter puts its casts last
    graph = converted.model.graph
    graph.node.extend(softmax)
    del graph.output[:]
    graph.output.extend(outputs)
    del converted.model.metadata_props[:]
    written: bytes = converted.model.SerializeToString(deterministic=True)
    return written


def _cut_softmax(graph: onnx.GraphProto) -> list[onnx.NodeProto]:
    """Let the network end before its softmax, which the converter would round, whether the logits are given or not."""
    softmax = [node for node in graph.node if PROBABILITIES in node.output]
    known = {value.name: value for value in (*graph.value_info, *graph.output)}
    ends = {output.name for output in graph.output} - {PROBABILITIES}
    for node in softmax:
        graph.node.remove(node)
        ends.update(node.input)
    del graph.output[:]
    graph.output.extend(known[name] for name in sorted(ends))
    return softmax
