"""The typed graph: nodes under path names, each with its op, inputs, shape, and the YAML that asked for it.

A node gets its shape when it is added, from its op, so that there is no graph without shapes. No weights live here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from resnet_spec.diagnostic import Span
from resnet_spec.ir.op import Weight
from resnet_spec.ir.ops import Op
from resnet_spec.ir.shape import Shape, ShapeFault


@dataclass(frozen=True, slots=True)
class Origin:
    """The YAML that asked for a node: the layer itself, and the stage that used its block."""

    span: Span
    used_by: Span | None = None


@dataclass(frozen=True, slots=True)
class Node:
    """One layer."""

    name: str
    """Path name: `stage2.block1.conv1`."""
    op: Op
    inputs: tuple[str, ...]
    """Path names, in order."""
    input_shapes: tuple[Shape, ...]
    shape: Shape
    """Of the output, without the batch."""
    origin: Origin | None = None

    @property
    def weights(self) -> tuple[Weight, ...]:
        """The arrays of the layer."""
        return self.op.weights(*self.input_shapes)

    @property
    def params(self) -> int:
        """Number of parameters, trainable or not."""
        return sum(weight.size for weight in self.weights)

    @property
    def trainable_params(self) -> int:
        """Number of parameters that gradients change."""
        return sum(weight.size for weight in self.weights if weight.trainable)

    @property
    def macs(self) -> int:
        """Multiply-accumulates for one image."""
        return self.op.macs(*self.input_shapes)


@dataclass(frozen=True, slots=True)
class Graph:
    """Nodes in an order in which every node comes after its inputs; `outputs` are path names."""

    nodes: tuple[Node, ...]
    outputs: tuple[str, ...]

    def __iter__(self) -> Iterator[Node]:
        return iter(self.nodes)

    def __getitem__(self, name: str) -> Node:
        return next(node for node in self.nodes if node.name == name)

    @property
    def input(self) -> Node:
        """The image."""
        return self.nodes[0]

    def weight_shapes(self) -> dict[str, Shape]:
        """Give the shape of every array, by path name: `stage2.block1.conv1.kernel`."""
        return {f"{node.name}.{weight.name}": weight.shape for node in self.nodes for weight in node.weights}


@dataclass(slots=True)
class GraphBuilder:
    """Adds nodes one at a time; what `lower` and the rewriting passes make graphs with."""

    nodes: dict[str, Node] = field(default_factory=dict)

    def add(self, name: str, op: Op, *inputs: str, origin: Origin | None = None) -> str:
        """Add a node and give its name back.

        Raises:
            ShapeFault: the op cannot take its inputs; where a guess is possible the node was added with it.
        """
        assert name not in self.nodes, name
        shapes = tuple(self.nodes[source].shape for source in inputs)
        try:
            shape = op.output_shape(*shapes)
        except ShapeFault as fault:
            if fault.guess is not None:
                self.nodes[name] = Node(name, op, inputs, shapes, fault.guess, origin)
            raise
        self.nodes[name] = Node(name, op, inputs, shapes, shape, origin)
        return name

    def shape(self, name: str) -> Shape:
        """Give the shape of a node's output."""
        return self.nodes[name].shape

    def graph(self, *outputs: str) -> Graph:
        """Give what was built."""
        return Graph(tuple(self.nodes.values()), outputs)
