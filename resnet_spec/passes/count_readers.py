"""Graph -> how many nodes, or outputs of the network, read each node."""

from __future__ import annotations

from collections import Counter

from resnet_spec.ir import Graph


def count_readers(graph: Graph) -> Counter[str]:
    """Count, by path name."""
    return Counter([*graph.outputs, *(name for node in graph for name in node.inputs)])
