"""Graph -> Graph: the same network up to its logits, the softmax left out.

Training takes its loss from logits, and ONNX files are compared by them: both are numerically safer than probabilities.
"""

from __future__ import annotations

from dataclasses import replace

from resnet_spec.ir import Graph
from resnet_spec.ir.ops import Activation, Dense


def take_logits(graph: Graph) -> Graph:
    """Drop a final softmax, whether it is a layer or the activation of the last dense layer."""
    last = graph[graph.outputs[0]]
    if isinstance(last.op, Activation) and last.op.function == "softmax":
        return Graph(graph.nodes[:-1], last.inputs)
    if isinstance(last.op, Dense) and last.op.activation == "softmax":
        linear = replace(last, op=replace(last.op, activation="linear"))
        return Graph((*graph.nodes[:-1], linear), graph.outputs)
    return graph
