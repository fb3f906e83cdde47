"""A verified float32 network -> the same network in 16-bit floating point, for GPUs.

Enters: a network. Leaves: bytes of one of half the size, whose input and outputs are as before. Processors without such
arithmetic run it too, but not faster.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.deploy.find_resizing import find_resizing
from resnet_spec.deploy.interface import PROBABILITIES, RESIZED
from resnet_spec.deploy.name_nodes import name_nodes
from resnet_spec.deploy.parse_onnx import parse_onnx

if TYPE_CHECKING:
    import onnx


def to_float16(content: bytes) -> bytes:
    """Convert weights and arithmetic up to the logits; resizing and softmax stay in float32. Metadata is left out."""
    import onnx
    from onnxruntime.quantization.onnx_model import ONNXModel
    from onnxruntime.transformers.float16 import convert_float_to_float16

    model = onnx.shape_inference.infer_shapes(parse_onnx(content), check_type=True, strict_mode=True)
    name_nodes(model)
    inputs, outputs = list(model.graph.input), list(model.graph.output)
    resizing, constants = _cut_resizing(model.graph)
    softmax = _cut_softmax(model.graph)
    converted = ONNXModel(convert_float_to_float16(model, keep_io_types=True))
    converted.topological_sort()  # the converter puts its casts last
    graph = converted.model.graph
    nodes = [*resizing, *graph.node, *softmax]
    for kept, given in ((graph.node, nodes), (graph.input, inputs), (graph.output, outputs)):
        del kept[:]
        kept.extend(given)
    graph.initializer.extend(constants)
    del converted.model.metadata_props[:]
    written: bytes = converted.model.SerializeToString(deterministic=True)
    return written


def _cut_resizing(graph: onnx.GraphProto) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Let the network begin with the resized image; give what was before, with constants of its own."""
    import onnx

    names = find_resizing(graph.node)
    if not names:
        return [], []
    copies = {tensor.name: onnx.TensorProto.FromString(tensor.SerializeToString()) for tensor in graph.initializer}
    used: dict[str, onnx.TensorProto] = {}
    nodes = [node for node in graph.node if node.name in names]
    for node in nodes:
        graph.node.remove(node)
        for place, name in enumerate(node.input):
            if name in copies:
                used[name] = copies[name]
                node.input[place] = used[name].name = f"{RESIZED}.{name}"
    resized = onnx.ValueInfoProto()
    resized.CopyFrom(next(value for value in graph.value_info if value.name == RESIZED))
    needed = {name for node in graph.node for name in node.input}
    for tensor in [each for each in graph.initializer if each.name not in needed]:
        graph.initializer.remove(tensor)
    made = {name for node in nodes for name in node.output}
    for value in [each for each in graph.value_info if each.name in made]:
        graph.value_info.remove(value)
    del graph.input[:]
    graph.input.append(resized)
    return nodes, list(used.values())


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
