"""Model -> diagnostics: settings that were said and that no layer reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from resnet_spec.diagnostic import Code, Path
from resnet_spec.lower.finding import Finding
from resnet_spec.lower.stand_ins import StandIns
from resnet_spec.spec.expression import sizes_in
from resnet_spec.spec.layer import Activation, Gate, Layer, Norm
from resnet_spec.spec.model import Block, Model, Shortcut, Stage


def check_unread(model: Model, stand_ins: StandIns) -> list[Finding]:
    """Find settings without effect.

    Args:
        model: the `model` section of a spec, with every block that it uses.
        stand_ins: parts of the model that the document does not have as they are here, and that may read anything.
    """
    found = [*_stages(model, stand_ins), *_blocks(model, stand_ins), *_defaults(model, stand_ins)]
    return [finding for finding in found if not stand_ins.covers(finding.path)]


def _idle(message: str, path: Path, help: str) -> Finding:
    return Finding(Code.CONFLICT, message, path, help, key=True, unread=True)


def _stages(model: Model, stand_ins: StandIns) -> Iterator[Finding]:
    for index, stage in enumerate(model.stages):
        path: Path = ("model", "stages", index)
        block = model.blocks.get(stage.block)
        if block is None or stand_ins.touches(("model", "blocks", stage.block)) or stand_ins.touches((*path, "entry")):
            continue
        if "strides" in stage.model_fields_set and stage.strides.text != "1" and not _reads_strides(block, stage):
            message = f"`strides` has no effect: no layer of block `{stage.block}` reads it"
            yield _idle(message, (*path, "strides"), "let the block's first convolution say `strides: strides`")
        if stage.project is not None and not isinstance(block.shortcut, Shortcut):
            message = f"`project` has no effect: block `{stage.block}` has no shortcut"
            yield _idle(message, (*path, "project"), "delete it")
        if stage.project not in (None, "never") and not _path(block):
            message = f"`project` has no effect: the shortcut of block `{stage.block}` has no `path`"
            yield _idle(message, (*path, "project"), "give the block's shortcut a `path`, or delete this")


def _blocks(model: Model, stand_ins: StandIns) -> Iterator[Finding]:
    for name, block in model.blocks.items():
        shortcut = block.shortcut
        path: Path = ("model", "blocks", name, "shortcut")
        if not isinstance(shortcut, Shortcut) or stand_ins.touches(path) or stand_ins.touches(("model", "stages")):
            continue
        if shortcut.project in ("first_of_stage", "always") and not shortcut.path:
            message = "`project` has no effect without a `path`"
            yield _idle(message, (*path, "project"), "give the shortcut a `path`")
        stages = [stage for stage in model.stages if stage.block == name]
        if shortcut.path and stages and all((stage.project or shortcut.project) == "never" for stage in stages):
            message = "`path` has no effect: the shortcut never projects"
            yield _idle(message, (*path, "path"), "delete it, or let it project")


def _defaults(model: Model, stand_ins: StandIns) -> Iterator[Finding]:
    if "gamma_initializer" in model.norm.model_fields_set and not model.norm.scale:
        path: Path = ("model", "norm", model.norm.tag, "gamma_initializer")
        message = "`gamma_initializer` has no effect: `scale: false` leaves gamma out"
        yield _idle(message, path, "delete one of them")
    unknown = any(stage.block not in model.blocks for stage in model.stages)
    if unknown or any(stand_ins.touches(("model", part)) for part in ("stem", "stages", "blocks", "head")):
        return
    layers = list(_all(_sequences(model)))
    if "activation" in model.model_fields_set and not any(
        isinstance(layer, Activation) and layer.function is None for layer in layers
    ):
        message = "`activation` has no effect: every layer names its own function"
        yield _idle(message, ("model", "activation"), "write `activation` where the model's is meant, or delete this")
    if "norm" in model.model_fields_set and not any(_reads_norm(layer, model) for layer in layers):
        yield _idle("`norm` has no effect: no layer is a `norm` of this kind", ("model", "norm"), "delete it")


def _reads_norm(layer: Layer, model: Model) -> bool:
    return isinstance(layer, Norm) and (layer.chosen is None or layer.chosen.tag == model.norm.tag)


def _sequences(model: Model) -> Iterator[Layer]:
    yield from (*model.stem, *model.head)
    for stage in model.stages:
        yield from stage.entry
    for block in model.blocks.values():
        yield from _layers(block)


def _layers(block: Block) -> tuple[Layer, ...]:
    return (*block.before, *block.residual, *_path(block), *block.after)


def _path(block: Block) -> tuple[Layer, ...]:
    return block.shortcut.path if isinstance(block.shortcut, Shortcut) else ()


def _reads_strides(block: Block, stage: Stage) -> bool:
    return any(
        "strides" in size.names
        for layer in _all((*stage.entry, *_layers(block)))
        for field in type(layer).model_fields
        for size in sizes_in(getattr(layer, field))
    )


def _all(sequence: Iterable[Layer]) -> Iterator[Layer]:
    for layer in sequence:
        yield layer
        if isinstance(layer, Gate):
            yield from _all(layer.path)
