"""Graph -> stable text: one line a node, for goldens and for reading."""

from __future__ import annotations

from dataclasses import fields

from resnet_spec.ir.graph import Graph, Node


def dump(graph: Graph) -> str:
    """Write a graph as text: name, op with the settings that are not its defaults, inputs, shape."""
    lines = [_line(node) for node in graph]
    return "\n".join([*lines, f"return {', '.join(graph.outputs)}", ""])


def _line(node: Node) -> str:
    given = ((f.name, getattr(node.op, f.name), f.default) for f in fields(node.op))
    settings = ", ".join(f"{name}={_value(value)}" for name, value, default in given if value != default)
    shape = "x".join(map(str, node.shape))
    return f"{node.name} = {type(node.op).__name__}({settings})({', '.join(node.inputs)}) -> {shape}"


def _value(value: object) -> str:
    return "x".join(map(str, value)) if isinstance(value, tuple) else str(value)
