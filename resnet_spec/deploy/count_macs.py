"""ModelProto -> multiply-accumulates of one image, counted on the file itself.

Enters: a parsed network, in float32 or in smaller numbers. Leaves: a count of convolutions and dense layers, by the
rule of `check`: what makes an image the size of the input is none of it. The spec has no say in it.
"""

from __future__ import annotations

from math import prod
from typing import TYPE_CHECKING, Any

from resnet_spec.deploy.find_resizing import find_resizing
from resnet_spec.deploy.name_nodes import name_nodes
from resnet_spec.deploy.onnx_refused import OnnxRefused

if TYPE_CHECKING:
    import onnx

Sizes = dict[str, tuple[int, ...]]


def count_macs(model: onnx.ModelProto) -> int:
    """Add up `Conv`, `Gemm` and `MatMul` of the network itself, for a batch of one.

    Raises:
        OnnxRefused: the sizes of its layers do not follow from the file.
    """
    import onnx

    try:
        return _count(onnx.shape_inference.infer_shapes(model, strict_mode=True, data_prop=True))
    except (onnx.shape_inference.InferenceError, KeyError, IndexError):
        raise OnnxRefused("does not tell the sizes of its layers") from None


def _count(inferred: onnx.ModelProto) -> int:
    graph = inferred.graph
    sizes: Sizes = {value.name: _sizes(value) for value in (*graph.value_info, *graph.output, *graph.input)}
    sizes |= {tensor.name: tuple(tensor.dims) for tensor in graph.initializer}
    name_nodes(inferred)
    resizing = find_resizing(graph.node)
    return sum(_macs(node, sizes) for node in graph.node if node.name not in resizing)


def _macs(node: onnx.NodeProto, sizes: Sizes) -> int:
    match node.op_type:
        case "Conv":
            return prod(sizes[node.output[0]]) * prod(sizes[node.input[1]][1:])
        case "MatMul":
            return prod(sizes[node.output[0]]) * sizes[node.input[1]][-2]
        case "Gemm":
            transposed = any(attribute.name == "transB" and attribute.i for attribute in node.attribute)
            return prod(sizes[node.output[0]]) * sizes[node.input[1]][1 if transposed else 0]
        case _:
            return 0


def _sizes(value: Any) -> tuple[int, ...]:
    """Give the axes' sizes, and 1 for the batch, which is a symbol."""
    return tuple(axis.dim_value or 1 for axis in value.type.tensor_type.shape.dim)
