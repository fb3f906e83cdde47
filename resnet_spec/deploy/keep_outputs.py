"""Bytes of a network -> the same network with fewer outputs.

Enters: a network that gives logits and probabilities. Leaves: one that gives what is asked for, by the same arithmetic.
"""

from __future__ import annotations

from collections.abc import Collection


def keep_outputs(content: bytes, outputs: Collection[str]) -> bytes:
    """Leave out the outputs that are not asked for, and what only they need."""
    import onnx

    model = onnx.load_model_from_string(content)
    graph = model.graph
    for value in [each for each in graph.output if each.name not in outputs]:
        graph.output.remove(value)
    needed = {value.name for value in graph.output}
    for node in reversed(list(graph.node)):
        if needed.isdisjoint(node.output):
            graph.node.remove(node)
        else:
            needed.update(node.input)
    kept: bytes = model.SerializeToString(deterministic=True)
    return kept
