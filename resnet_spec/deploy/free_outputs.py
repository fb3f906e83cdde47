"""ModelProto in 8-bit integers -> the same, with some of its numbers no longer rounded.

Enters: a network, in order, with pairs of QuantizeLinear and DequantizeLinear. Leaves: it without some of the pairs.
"""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx

PAIR = ("QuantizeLinear", "DequantizeLinear")


def free_outputs(model: onnx.ModelProto, tensors: Collection[str]) -> None:
    """Take out the pairs that round these tensors, and their numbers; who read them reads the tensors themselves."""
    graph = model.graph
    plain = {name: name for name in tensors}
    for node in list(graph.node):
        if node.op_type in PAIR and node.input[0] in plain:
            plain[node.output[0]] = plain[node.input[0]]
            graph.node.remove(node)
        else:
            node.input[:] = [plain.get(name, name) for name in node.input]
    read = {name for node in graph.node for name in node.input}
    for tensor in [each for each in graph.initializer if each.name not in read]:
        graph.initializer.remove(tensor)
