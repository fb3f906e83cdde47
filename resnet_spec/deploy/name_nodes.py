"""ModelProto -> the same, every node named, since converters are told by name what to leave alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import onnx


def name_nodes(model: onnx.ModelProto) -> None:
    """Give a name to each node that has none."""
    for index, node in enumerate(model.graph.node):
        node.name = node.name or f"{node.op_type}_{index}"
