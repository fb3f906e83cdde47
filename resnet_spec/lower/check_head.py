"""The end of a network -> faults: it gives one number a class, and they are logits or probabilities."""

from __future__ import annotations

from collections.abc import Mapping
from math import prod

from resnet_spec.diagnostic import Code, Path
from resnet_spec.ir import Node
from resnet_spec.ir.ops import (
    Activation,
    AvgPool,
    BatchNorm,
    Conv2D,
    Dense,
    Flatten,
    GlobalAvgPool,
    GroupNorm,
    LayerNorm,
    Op,
)
from resnet_spec.ir.shape import show
from resnet_spec.lower.builder import Builder
from resnet_spec.lower.guess import Guess, may_agree


def check_head(builder: Builder, out: str) -> None:
    """Hold the last node, `out`, against the classes; faults go to the builder."""
    classes, last = builder.model.classes, builder.graph.nodes[out]
    path: Path = ("model", "head", len(builder.model.head) - 1)
    shown = Guess(classes) if builder.stand_ins.covers(("model", "classes")) else classes
    if out not in builder.adrift and not may_agree(last.shape, (shown,)):
        flat = prod(last.shape) == shown
        help = "end it with `flatten`" if flat else "end it with `dense`, whose `units` are the classes by default"
        builder.fault(Code.HEAD, f"the head gives {show(last.shape)} numbers for {shown} classes", path, help)
    if _hides_probabilities(builder, last):
        message = f"the head goes on behind its softmax, to `{_ending(last)}`"
        builder.fault(Code.HEAD, message, path, "put the softmax last: training takes its loss from what comes before")
    elif not _ends_in_logits(builder, last):
        message = f"the head ends in `{_ending(last)}`, which gives no logits or probabilities"
        if isinstance(last.op, Activation) and _is_softmax(last.op):
            message = (
                f"the head's softmax follows `{_ending(builder.graph.nodes[last.inputs[0]])}`, which gives no logits"
            )
        help = "end it in `dense`, or a pool of class channels, and then at most one `softmax`"
        builder.fault(Code.HEAD, message, path, help)


def _hides_probabilities(builder: Builder, last: Node) -> bool:
    """Say whether what comes last is made of probabilities, with no weights between that would make logits of them."""
    nodes, node = builder.graph.nodes, last
    while len(node.inputs) == 1 and not isinstance(node.op, _LEARNS) and not _is_softmax(node.op):
        if node.name in builder.doubtful:
            return False
        node = nodes[node.inputs[0]]
    return node is not last and _is_softmax(node.op)


def _ends_in_logits(builder: Builder, last: Node) -> bool:
    """Say whether the last layer gives logits, or the probabilities of a layer that does, as far as that is known."""
    nodes = builder.graph.nodes
    end = _behind_flatten(nodes, last)
    op = end.op
    if end.name in builder.doubtful:
        return True
    if isinstance(op, Activation):
        before = _behind_flatten(nodes, nodes[last.inputs[0]])
        logits = isinstance(before.op, _LOGITS) and not _activates(before.op)
        return op is last.op and op.function == "softmax" and (logits or before.name in builder.doubtful)
    return isinstance(op, _LOGITS) and (not isinstance(op, Dense) or op.activation in ("linear", "softmax"))


def _behind_flatten(nodes: Mapping[str, Node], node: Node) -> Node:
    return _behind_flatten(nodes, nodes[node.inputs[0]]) if isinstance(node.op, Flatten) else node


_LOGITS = (Dense, GlobalAvgPool, AvgPool, Conv2D)
_LEARNS = (Conv2D, Dense, BatchNorm, GroupNorm, LayerNorm)


def _activates(op: Op) -> bool:
    return isinstance(op, Dense) and op.activation != "linear"


def _is_softmax(op: Op) -> bool:
    return (isinstance(op, Dense) and op.activation == "softmax") or (
        isinstance(op, Activation) and op.function == "softmax"
    )


def _ending(last: Node) -> str:
    if isinstance(last.op, Activation):
        return last.op.function
    return last.op.activation if isinstance(last.op, Dense) else last.name.rpartition(".")[2].rstrip("0123456789")
