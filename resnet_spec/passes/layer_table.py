"""Graph -> rows of the layer table: what `show`, `check --json` and the reports print."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.ir import Graph, Node


@dataclass(frozen=True, slots=True)
class Layer:
    """One row: a layer by its path name, as Keras would list it."""

    name: str
    """Path name, `stage2.block1.conv1`."""
    type: str
    """Keras's class name, `Conv2D`."""
    output_shape: tuple[int, ...]
    """Without the batch axis."""
    params: int
    """All parameters, trainable or not."""
    trainable_params: int
    macs: int
    """Multiply-accumulates for one image."""
    inputs: tuple[str, ...]
    """Path names of the layers that it reads, in order."""


def layer_table(graph: Graph) -> tuple[Layer, ...]:
    """List the layers in the order in which Keras's `model.summary()` does."""
    return tuple(
        Layer(node.name, node.op.type_name, node.shape, node.params, node.trainable_params, node.macs, node.inputs)
        for node in sorted_by_depth(graph)
    )


def sorted_by_depth(graph: Graph) -> list[Node]:
    """Sort nodes as Keras does: by distance from the output, then by a walk from the output, inputs in order."""
    depth: dict[str, int] = {}
    for node in reversed(graph.nodes):
        own = depth.setdefault(node.name, 0)
        for source in node.inputs:
            depth[source] = max(depth.get(source, 0), own + 1)
    walked = {name: place for place, name in enumerate(_walk(graph))}
    return sorted((node for node in graph if node.name in walked), key=lambda n: (-depth[n.name], walked[n.name]))


def _walk(graph: Graph) -> list[str]:
    """Visit nodes from the outputs, each after its inputs."""
    nodes = {node.name: node for node in graph}
    seen: dict[str, None] = {}
    stack = [(name, False) for name in reversed(graph.outputs)]
    while stack:
        name, ready = stack.pop()
        if name in seen:
            continue
        if ready:
            seen[name] = None
            continue
        stack.append((name, True))
        stack += [(source, False) for source in reversed(nodes[name].inputs)]
    return list(seen)
