"""Graph -> Graph: the network as it ships, from raw pixels to logits and probabilities."""

from __future__ import annotations

from resnet_spec.ir import Graph, GraphBuilder
from resnet_spec.ir.ops import Activation, Normalize
from resnet_spec.passes.take_logits import take_logits


def make_deployable(graph: Graph, normalize: Normalize) -> Graph:
    """Put the scaling of pixels first, and give `logits` and `probabilities` as outputs."""
    network = take_logits(graph)
    builder = GraphBuilder()
    image = builder.add("image", network.input.op, origin=network.input.origin)
    pixels = builder.add("normalize", normalize, image)
    renamed = {network.input.name: pixels}
    for node in network.nodes[1:]:
        builder.add(node.name, node.op, *(renamed.get(name, name) for name in node.inputs), origin=node.origin)
    probabilities = builder.add("probabilities", Activation("softmax"), network.outputs[0])
    return builder.graph(network.outputs[0], probabilities)
