"""Graph and arrays -> the same network with each batch norm inside the convolution or dense layer before it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from resnet_spec.backends.folded import Array, Folded
from resnet_spec.ir import GraphBuilder, Node
from resnet_spec.ir.ops import BatchNorm, Conv2D, Dense
from resnet_spec.passes.count_readers import count_readers


def fold_batch_norm(network: Folded) -> Folded:
    """Fold a trained batch norm where nothing else reads what it normalises; other norms stay as they are."""
    readers = count_readers(network.graph)
    weights = dict(network.weights)
    builder = GraphBuilder()
    source: dict[str, str] = {}
    for node in network.graph:
        inputs = tuple(source[name] for name in node.inputs)
        before = builder.nodes[inputs[0]] if inputs else node
        if isinstance(node.op, BatchNorm) and _takes(before) and readers[node.inputs[0]] == 1:
            weights |= _merged(before, node, weights)
            builder.nodes[before.name] = replace(before, op=replace(before.op, use_bias=True))  # type: ignore[arg-type]
            source[node.name] = before.name
        else:
            source[node.name] = builder.add(node.name, node.op, *inputs, origin=node.origin)
    return Folded(builder.graph(*(source[name] for name in network.graph.outputs)), weights)


def _takes(node: Node) -> bool:
    return isinstance(node.op, Conv2D) or (isinstance(node.op, Dense) and node.op.activation == "linear")


def _merged(layer: Node, norm: Node, weights: dict[str, Array]) -> dict[str, Array]:
    op = norm.op
    assert isinstance(op, BatchNorm)
    exact = {weight.name: weights[f"{norm.name}.{weight.name}"].astype(np.float64) for weight in norm.weights}
    factor = exact.get("gamma", 1.0) / np.sqrt(exact["moving_variance"] + op.epsilon)
    bias = weights.get(f"{layer.name}.bias", np.float64(0))
    moved = (bias - exact["moving_mean"]) * factor + exact.get("beta", 0.0)
    return {
        f"{layer.name}.kernel": weights[f"{layer.name}.kernel"] * factor.astype(np.float32),
        f"{layer.name}.bias": moved.astype(np.float32),
    }
