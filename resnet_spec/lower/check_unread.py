"""Model -> diagnostics: settings that were said and that no layer reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.layer import Activation, Gate, Layer, Norm
from resnet_spec.spec.model import Block, Model, Shortcut, Stage

_Finding = tuple[str, Path, str]


def check_unread(model: Model, locate: Callable[[Path], Span]) -> list[Diagnostic]:
    """Find settings without effect in a model whose names are right (see `check_names`).

    Args:
        model: the `model` section of a spec, with every block that it uses.
        locate: gives the place of a path's key.
    """
    found = [*_stages(model), *_blocks(model), *_defaults(model)]
    return [Diagnostic(Code.CONFLICT, message, locate(path), help) for message, path, help in found]


def _stages(model: Model) -> Iterator[_Finding]:
    for index, stage in enumerate(model.stages):
        path: Path = ("model", "stages", index)
        block = model.blocks[stage.block]
        if "strides" in stage.model_fields_set and stage.strides.text != "1" and not _reads_strides(block, stage):
            message = f"`strides` has no effect: no layer of block `{stage.block}` reads it"
            yield message, (*path, "strides"), "let the block's first convolution say `strides: strides`"
        if stage.project is not None and not isinstance(block.shortcut, Shortcut):
            message = f"`project` has no effect: block `{stage.block}` has no shortcut"
            yield message, (*path, "project"), "delete it"
        if stage.project in ("shape_changes", "first_of_stage") and not _path(block):
            message = f"`project` has no effect: the shortcut of block `{stage.block}` has no `path`"
            yield message, (*path, "project"), "give the block's shortcut a `path`, or delete this"


def _blocks(model: Model) -> Iterator[_Finding]:
    for name, block in model.blocks.items():
        shortcut = block.shortcut
        path: Path = ("model", "blocks", name, "shortcut")
        if not isinstance(shortcut, Shortcut):
            continue
        if shortcut.project == "first_of_stage" and not shortcut.path:
            yield "`project` has no effect without a `path`", (*path, "project"), "give the shortcut a `path`"
        stages = [stage for stage in model.stages if stage.block == name]
        if shortcut.path and stages and all((stage.project or shortcut.project) == "never" for stage in stages):
            yield "`path` has no effect: the shortcut never projects", (*path, "path"), "delete it, or let it project"


def _defaults(model: Model) -> Iterator[_Finding]:
    layers = list(_all(_sequences(model)))
    if "activation" in model.model_fields_set and not any(
        isinstance(layer, Activation) and layer.function is None for layer in layers
    ):
        message = "`activation` has no effect: every layer names its own function"
        yield message, ("model", "activation"), "write `activation` where the model's is meant, or delete this"
    if "norm" in model.model_fields_set and not any(isinstance(layer, Norm) for layer in layers):
        yield "`norm` has no effect: no layer is a `norm`", ("model", "norm"), "delete it"


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
        isinstance(value, Expression) and "strides" in value.names
        for layer in _all((*stage.entry, *_layers(block)))
        for value in (getattr(layer, field) for field in type(layer).model_fields)
    )


def _all(sequence: Iterable[Layer]) -> Iterator[Layer]:
    for layer in sequence:
        yield layer
        if isinstance(layer, Gate):
            yield from _all(layer.path)
