"""Model -> diagnostics: names that stand for nothing, and settings that nothing reads."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span, did_you_mean
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.field import Node
from resnet_spec.spec.layer import Gate, Layer
from resnet_spec.spec.model import Block, Model, Shortcut

ALWAYS = ("filters", "strides", "channels", "depth")
"""Names that every size inside a block may use; `channels` are those entering the layer."""


def check_names(model: Model, locate: Callable[[Path, bool], Span], shipped: Sequence[str]) -> list[Diagnostic]:
    """Find unknown and unused blocks, parameters and names.

    Args:
        model: the `model` section of a spec, with every block that it uses.
        locate: gives the place of a path's key (True) or value (False).
        shipped: names of the blocks that come with the package, for suggestions.
    """
    found = [*_stages(model, shipped), *_blocks(model), *_model_parameters(model)]
    found += _sequence(model.stem, ("model", "stem"), ("channels", *model.parameters))
    found += _sequence(model.head, ("model", "head"), ("channels", *model.parameters))
    return [Diagnostic(code, message, locate(path, key), help) for code, message, path, key, help in found]


_Finding = tuple[Code, str, Path, bool, str]


def _stages(model: Model, shipped: Sequence[str]) -> Iterator[_Finding]:
    for index, stage in enumerate(model.stages):
        path: Path = ("model", "stages", index)
        yield from _fields(stage, path, tuple(model.parameters))
        if stage.block not in model.blocks:
            known = list(dict.fromkeys([*model.blocks, *shipped]))
            help = _suggest(stage.block, known)
            yield Code.UNKNOWN_BLOCK, f"there is no block `{stage.block}`", (*path, "block"), False, help
            continue
        block = model.blocks[stage.block]
        yield from _sequence(stage.entry, (*path, "entry"), (*ALWAYS, *block.parameters))
        for name in stage.parameters:
            if name not in block.parameters:
                message = f"block `{stage.block}` has no parameter `{name}`"
                help = _suggest(name, list(block.parameters))
                yield Code.UNUSED_PARAMETER, message, (*path, "parameters", name), True, help


def _blocks(model: Model) -> Iterator[_Finding]:
    used = {stage.block for stage in model.stages}
    for name, block in model.blocks.items():
        path: Path = ("model", "blocks", name)
        if name not in used:
            yield Code.UNUSED_BLOCK, f"no stage uses block `{name}`", path, True, "use it in a stage, or delete it"
        yield from _block(block, name, path)


def _block(block: Block, name: str, path: Path) -> Iterator[_Finding]:
    known = (*ALWAYS, *block.parameters)
    around = block.shortcut.path if isinstance(block.shortcut, Shortcut) else ()
    parts = [(block.before, "before"), (block.residual, "residual"), (block.after, "after")]
    for sequence, key in parts:
        yield from _sequence(sequence, (*path, key), known)
    yield from _sequence(around, (*path, "shortcut", "path"), known)
    read = {
        word for layer in _all((*block.before, *block.residual, *block.after, *around)) for _, word in _names(layer)
    }
    for parameter in block.parameters:
        where = (*path, "parameters", parameter)
        if parameter in ALWAYS:
            message = f"`{parameter}` is always there and cannot be declared"
            yield Code.CONFLICT, message, where, True, "choose another name"
        elif parameter not in read:
            message = f"no layer of block `{name}` reads its parameter `{parameter}`"
            yield Code.UNUSED_PARAMETER, message, where, True, "use it in a size, or delete it"


def _model_parameters(model: Model) -> Iterator[_Finding]:
    read = {word for layer in _all((*model.stem, *model.head)) for _, word in _names(layer)}
    read |= {word for stage in model.stages for _, word in _names(stage)}
    declared = [name for block in model.blocks.values() for name in block.parameters]
    if any(stage.block not in model.blocks for stage in model.stages):
        return
    for name in model.parameters:
        if name not in declared and name not in read:
            message = f"no size reads the parameter `{name}`, and no block that the stages use declares it"
            yield Code.UNUSED_PARAMETER, message, ("model", "parameters", name), True, _suggest(name, declared)


def _sequence(sequence: Iterable[Layer], path: Path, known: Sequence[str]) -> Iterator[_Finding]:
    for index, layer in enumerate(sequence):
        where = (*path, index, layer.tag)
        yield from _fields(layer, where, known)
        if isinstance(layer, Gate):
            yield from _sequence(layer.path, (*where, "path"), known)


def _fields(node: Node, path: Path, known: Sequence[str]) -> Iterator[_Finding]:
    for field, word in _names(node):
        if word not in known:
            yield (
                Code.UNKNOWN_NAME,
                f"there is no parameter `{word}` here",
                (*path, field),
                False,
                _suggest(word, known),
            )


def _all(sequence: Iterable[Layer]) -> Iterator[Layer]:
    for layer in sequence:
        yield layer
        if isinstance(layer, Gate):
            yield from _all(layer.path)


def _names(layer: Node) -> Iterator[tuple[str, str]]:
    for field in type(layer).model_fields:
        value = getattr(layer, field)
        if isinstance(value, Expression):
            for word in sorted(value.names):
                yield field, word


def _suggest(word: str, known: Sequence[str]) -> str:
    listing = f"known: {', '.join(dict.fromkeys(known))}" if known else "none is declared"
    return " ".join(filter(None, [did_you_mean(word, known), listing]))
