"""The arrow from the language to the graph: stem, stages of blocks, head."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from resnet_spec.diagnostic import Path, Span, SpecErrors
from resnet_spec.ir import Graph
from resnet_spec.ir.ops import Add, Input
from resnet_spec.lower.builder import Builder, Full
from resnet_spec.lower.check_head import check_head
from resnet_spec.lower.check_names import ALWAYS
from resnet_spec.lower.guess import Guess, guessed
from resnet_spec.lower.lower_sequence import lower_sequence
from resnet_spec.lower.scope import Scope
from resnet_spec.lower.stand_ins import NONE, StandIns
from resnet_spec.spec.model import Model, Project, Shortcut, Stage


def lower(model: Model, locate: Callable[[Path], Span], stand_ins: StandIns = NONE) -> Graph:
    """Turn a model into its graph, from `input` to one number a class.

    Args:
        model: the `model` section of a spec.
        locate: gives the place in the YAML of a path such as `("model", "stages", 0)`.
        stand_ins: parts of the model that the document does not have as they are here; then, and where a name stands
            for nothing (see `check_names`), the graph is good for nothing but to be found faulty.

    Raises:
        SpecErrors: the network cannot be; one diagnostic for every fault that can be told apart.
    """
    builder = Builder(model, locate, stand_ins)
    out = builder.add("input", Input(model.input.shape), at=("model", "input"))
    guessed = frozenset(name for name in model.parameters if stand_ins.covers(("model", "parameters", name)))
    said_at: dict[str, Path] = {name: ("model", "parameters", name) for name in model.parameters}
    outer = Scope(dict(model.parameters), said_at, guessed=guessed)
    out = lower_sequence(builder, model.stem, ("model", "stem"), "stem", out, outer)
    out = _stages(builder, out, outer)
    out = lower_sequence(builder, model.head, ("model", "head"), "head", out, outer)
    check_head(builder, out)
    if builder.faults:
        raise SpecErrors(*builder.faults)
    return builder.graph.graph(out)


def _stages(builder: Builder, x: str, outer: Scope) -> str:
    sizes = [_sizes(builder, stage, index, outer) for index, stage in enumerate(builder.model.stages)]
    total, done = sum(size["blocks"] for size in sizes), 0
    for index, (stage, size) in enumerate(zip(builder.model.stages, sizes, strict=True)):
        scope = _scope(builder, stage, ("model", "stages", index), size)
        try:
            x = _stage(builder, index, x, size, scope, (done, total))
        except Full:
            x = builder.unknown(f"stage{index + 1}", x, at=("model", "stages", index))
        done += size["blocks"]
    return x


def _stage(builder: Builder, index: int, x: str, size: dict[str, int], scope: Scope, progress: tuple[int, int]) -> str:
    """Lower a stage whose blocks follow as many of the whole network's as `progress` says."""
    stage, path, name = builder.model.stages[index], ("model", "stages", index), f"stage{index + 1}"
    x = lower_sequence(builder, stage.entry, (*path, "entry"), f"{name}.entry", x, scope)
    if stage.block not in builder.model.blocks or builder.stand_ins.covers((*path, "block")):
        return builder.unknown(f"{name}.block1", x, at=(*path, "block"))
    # In a network that is too large, blocks that only repeat the second of a stage say nothing new.
    for number in range(1, (min(size["blocks"], 2) if builder.full else size["blocks"]) + 1):
        done, total = progress
        here = scope.having("depth", Fraction(done + number, total), guess=isinstance(total, Guess))
        here = here.having("strides", size["strides"] if number == 1 else 1)
        try:
            x = _block(builder, stage, f"{name}.block{number}", x, here, first=number == 1)
        except Full:
            if number == 1:
                raise
            break
    return x


def _sizes(builder: Builder, stage: Stage, index: int, outer: Scope) -> dict[str, int]:
    path: Path = ("model", "stages", index)
    name = f"stage{index + 1}"
    blocks = builder.rounded_up if stage.blocks.names else builder.whole
    return {
        "filters": builder.rounded(stage.filters, outer, (*path, "filters"), name, stage.multiple_of),
        "blocks": blocks(stage.blocks, outer, (*path, "blocks"), name),
        "strides": builder.whole(stage.strides, outer, (*path, "strides"), name),
    }


def _scope(builder: Builder, stage: Stage, path: Path, sizes: dict[str, int]) -> Scope:
    model, scope = builder.model, Scope(used_by=path)
    for name in ("filters", "strides"):
        scope = scope.having(name, sizes[name], said_at=(*path, name))
    block = model.blocks.get(stage.block)
    for name, default in (block.parameters if block else {}).items():
        where: Path
        value, where = default, ("model", "blocks", stage.block)
        for given, place in ((model.parameters, ("model",)), (stage.parameters, path)):
            if name in given:
                value, where = given[name], place
        said_at = (*where, "parameters", name)
        # A name that is always there cannot be declared: which of the two is meant, nobody can say.
        guess = name in ALWAYS or builder.stand_ins.covers(said_at)
        scope = scope.having(name, value, said_at=said_at, guess=guess)
    return scope


def _block(builder: Builder, stage: Stage, name: str, x: str, scope: Scope, *, first: bool) -> str:
    block = builder.model.blocks[stage.block]
    path: Path = ("model", "blocks", stage.block)
    counts: dict[str, int] = {}
    before = lower_sequence(builder, block.before, (*path, "before"), name, x, scope, counts)
    out = lower_sequence(builder, block.residual, (*path, "residual"), name, before, scope, counts)
    if isinstance(block.shortcut, Shortcut):
        around, where = x, (*path, "shortcut")
        if builder.stand_ins.covers((*(scope.used_by or ()), "project")):
            around = out  # whatever goes around: nobody can say
        shapes = builder.graph.shape(out), builder.graph.shape(x)
        changes = shapes[0] != shapes[1] if not (guessed(shapes[0]) or guessed(shapes[1])) else first
        if _projects(stage.project or block.shortcut.project, first=first, changes=changes):
            where = (*where, "path")
            around = lower_sequence(builder, block.shortcut.path, where, f"{name}.shortcut", before, scope)
        out = builder.add(f"{name}.add", Add(), around, out, at=where, scope=scope)
    return lower_sequence(builder, block.after, (*path, "after"), name, out, scope, counts)


def _projects(project: Project, *, first: bool, changes: bool) -> bool:
    return {"never": False, "shape_changes": changes, "first_of_stage": first, "always": True}[project]
