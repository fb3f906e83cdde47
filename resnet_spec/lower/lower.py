"""The arrow from the language to the graph: stem, stages of blocks, head."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction

from resnet_spec.diagnostic import Code, Path, Span, SpecErrors
from resnet_spec.ir import Graph, Node
from resnet_spec.ir.ops import Activation, Add, AvgPool, Conv2D, Dense, Flatten, GlobalAvgPool, Input, Op
from resnet_spec.ir.shape import show
from resnet_spec.lower.builder import Builder, Stopped
from resnet_spec.lower.lower_sequence import lower_sequence
from resnet_spec.lower.scope import Scope, Value
from resnet_spec.spec.model import Model, Project, Shortcut, Stage


def lower(model: Model, locate: Callable[[Path], Span]) -> Graph:
    """Turn a model into its graph, from `input` to one number a class.

    Args:
        model: the `model` section of a spec, with every block that it uses (see `check_names`).
        locate: gives the place in the YAML of a path such as `("model", "stages", 0)`.

    Raises:
        SpecErrors: the network cannot be; one diagnostic for every fault that can be told apart.
    """
    builder = Builder(model, locate)
    try:
        out = builder.add("input", Input(model.input.shape), at=("model", "input"))
        outer = Scope(dict(model.parameters), {name: ("model", "parameters", name) for name in model.parameters})
        out = lower_sequence(builder, model.stem, ("model", "stem"), "stem", out, outer)
        out = _stages(builder, out, outer)
        out = lower_sequence(builder, model.head, ("model", "head"), "head", out, outer)
        _check_head(builder, builder.graph.nodes[out])
    except Stopped:
        assert builder.faults
    if builder.faults:
        raise SpecErrors(*builder.faults)
    return builder.graph.graph(out)


def _stages(builder: Builder, x: str, outer: Scope) -> str:
    sizes = [_sizes(builder, stage, index, outer) for index, stage in enumerate(builder.model.stages)]
    total, done = sum(size["blocks"] for size in sizes), 0
    for index, (stage, size) in enumerate(zip(builder.model.stages, sizes, strict=True)):
        path: Path = ("model", "stages", index)
        name = f"stage{index + 1}"
        scope = _scope(builder.model, stage, path, size)
        x = lower_sequence(builder, stage.entry, (*path, "entry"), f"{name}.entry", x, scope)
        for number in range(1, size["blocks"] + 1):
            done += 1
            here = scope.having("depth", Fraction(done, total)).having("strides", size["strides"] if number == 1 else 1)
            x = _block(builder, stage, f"{name}.block{number}", x, here, first=number == 1)
    return x


def _sizes(builder: Builder, stage: Stage, index: int, outer: Scope) -> dict[str, int]:
    path: Path = ("model", "stages", index)
    return {
        field: builder.whole(getattr(stage, field), outer, (*path, field), f"stage{index + 1}")
        for field in ("filters", "blocks", "strides")
    }


def _scope(model: Model, stage: Stage, path: Path, sizes: dict[str, int]) -> Scope:
    values: dict[str, Value] = {"filters": sizes["filters"], "strides": sizes["strides"]}
    said_at: dict[str, Path] = {name: (*path, name) for name in values}
    for name, default in model.blocks[stage.block].parameters.items():
        values[name], said_at[name] = default, ("model", "blocks", stage.block, "parameters", name)
        for given, where in ((model.parameters, ("model",)), (stage.parameters, path)):
            if name in given:
                values[name], said_at[name] = given[name], (*where, "parameters", name)
    return Scope(values, said_at, path)


def _block(builder: Builder, stage: Stage, name: str, x: str, scope: Scope, *, first: bool) -> str:
    block = builder.model.blocks[stage.block]
    path: Path = ("model", "blocks", stage.block)
    counts: dict[str, int] = {}
    before = lower_sequence(builder, block.before, (*path, "before"), name, x, scope, counts)
    out = lower_sequence(builder, block.residual, (*path, "residual"), name, before, scope, counts)
    if isinstance(block.shortcut, Shortcut):
        around, where = x, (*path, "shortcut")
        changes = builder.graph.shape(out) != builder.graph.shape(x)
        if _projects(stage.project or block.shortcut.project, first=first, changes=changes):
            where = (*where, "path")
            around = lower_sequence(builder, block.shortcut.path, where, f"{name}.shortcut", before, scope)
        out = builder.add(f"{name}.add", Add(), around, out, at=where, scope=scope)
    return lower_sequence(builder, block.after, (*path, "after"), name, out, scope, counts)


def _projects(project: Project, *, first: bool, changes: bool) -> bool:
    return {"never": False, "shape_changes": changes, "first_of_stage": first}[project]


def _check_head(builder: Builder, last: Node) -> None:
    classes = builder.model.classes
    path: Path = ("model", "head", len(builder.model.head) - 1)
    if last.shape != (classes,):
        help = "end it with `dense`, whose `units` are the classes by default"
        builder.fault(Code.HEAD, f"the head gives {show(last.shape)} numbers for {classes} classes", path, help)
    if not _ends_in_logits(builder.graph.nodes, last):
        help = "end it in `dense`, or a pool of class channels, and then at most one `softmax`"
        builder.fault(
            Code.HEAD, f"the head ends in `{_ending(last)}`, which gives no logits or probabilities", path, help
        )


def _ends_in_logits(nodes: Mapping[str, Node], last: Node) -> bool:
    """Say whether the last layer gives logits, or the probabilities of a layer that does."""
    op = _behind_flatten(nodes, last).op
    if isinstance(op, Activation):
        before = _behind_flatten(nodes, nodes[last.inputs[0]]).op
        return op is last.op and op.function == "softmax" and isinstance(before, _LOGITS) and not _is_softmax(before)
    return isinstance(op, _LOGITS) and (not isinstance(op, Dense) or op.activation in ("linear", "softmax"))


def _behind_flatten(nodes: Mapping[str, Node], node: Node) -> Node:
    return _behind_flatten(nodes, nodes[node.inputs[0]]) if isinstance(node.op, Flatten) else node


_LOGITS = (Dense, GlobalAvgPool, AvgPool, Conv2D)


def _is_softmax(op: Op) -> bool:
    return isinstance(op, Dense) and op.activation != "linear"


def _ending(last: Node) -> str:
    if isinstance(last.op, Activation):
        return last.op.function
    return last.op.activation if isinstance(last.op, Dense) else last.name.rpartition(".")[2].rstrip("0123456789")
