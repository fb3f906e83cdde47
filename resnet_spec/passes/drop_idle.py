"""Graph -> Graph: the same network without what does nothing once it is trained."""

from __future__ import annotations

from resnet_spec.ir import Graph, GraphBuilder, Node
from resnet_spec.ir.ops import Activation, Dropout


def drop_idle(graph: Graph) -> Graph:
    """Leave out dropout and linear activations; what read them reads what they read."""
    builder = GraphBuilder()
    source: dict[str, str] = {}
    for node in graph:
        inputs = tuple(source[name] for name in node.inputs)
        source[node.name] = (
            inputs[0] if _is_idle(node) else builder.add(node.name, node.op, *inputs, origin=node.origin)
        )
    return builder.graph(*(source[name] for name in graph.outputs))


def _is_idle(node: Node) -> bool:
    return isinstance(node.op, Dropout) or node.op == Activation("linear")
