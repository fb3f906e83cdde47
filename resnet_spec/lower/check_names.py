"""Model -> diagnostics: names that stand for nothing, and settings that nothing reads."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from resnet_spec.diagnostic import Code, Path, nearest
from resnet_spec.lower.finding import Finding
from resnet_spec.lower.stand_ins import StandIns
from resnet_spec.spec.expression import sizes_in
from resnet_spec.spec.field import Node
from resnet_spec.spec.layer import Gate, Layer
from resnet_spec.spec.model import Block, Model, Shortcut

ALWAYS = ("filters", "strides", "channels", "depth")
"""Names that every size inside a block may use; `channels` are those entering the layer."""

MOST = 100
"""Unknown words that are compared with the known ones, which takes time: whoever has more has given the wrong file."""

_MODEL: Path = ("model", "parameters")
_BLOCKS: Path = ("model", "blocks")


def check_names(model: Model, shipped: Sequence[str], stand_ins: StandIns) -> list[Finding]:
    """Find unknown and unused blocks, parameters and names.

    Args:
        model: the `model` section of a spec, with every block that it uses.
        shipped: names of the blocks that come with the package, for suggestions.
        stand_ins: parts of the model that the document does not have as they are here; what they might declare or
            read is given the benefit of the doubt.
    """
    found = [*_stages(model, shipped, stand_ins), *_blocks(model, stand_ins), *_model_parameters(model, stand_ins)]
    if not stand_ins.covers(_MODEL):
        found += _sequence(model.stem, ("model", "stem"), ("channels", *model.parameters))
        found += _sequence(model.head, ("model", "head"), ("channels", *model.parameters))
    return [finding for finding in found if not stand_ins.covers(finding.path)]


def _stages(model: Model, shipped: Sequence[str], stand_ins: StandIns) -> Iterator[Finding]:
    for index, stage in enumerate(model.stages):
        path: Path = ("model", "stages", index)
        if not stand_ins.covers(_MODEL):
            yield from _fields(stage, path, tuple(model.parameters))
        if stage.block not in model.blocks:
            if not stand_ins.covers(_BLOCKS):
                known = tuple(dict.fromkeys([*model.blocks, *shipped]))
                message = f"there is no block `{stage.block}`"
                yield Finding(Code.UNKNOWN_BLOCK, message, (*path, "block"), word=stage.block, known=known)
            continue
        block, declared = model.blocks[stage.block], (*_BLOCKS, stage.block, "parameters")
        if stand_ins.covers(declared):
            continue
        yield from _sequence(stage.entry, (*path, "entry"), (*ALWAYS, *block.parameters))
        for name in stage.parameters:
            if name not in block.parameters:
                message = f"block `{stage.block}` has no parameter `{name}`"
                where, known = (*path, "parameters", name), tuple(block.parameters)
                yield Finding(Code.UNUSED_PARAMETER, message, where, key=True, word=name, known=known)


def _blocks(model: Model, stand_ins: StandIns) -> Iterator[Finding]:
    used = _meant((stage.block for stage in model.stages), list(model.blocks))
    sure = not any(stand_ins.covers(("model", "stages", index, "block")) for index in range(len(model.stages)))
    for name, block in model.blocks.items():
        path: Path = (*_BLOCKS, name)
        if name not in used and sure:
            help = "use it in a stage, or delete it"
            yield Finding(Code.UNUSED_BLOCK, f"no stage uses block `{name}`", path, help, key=True, unread=True)
        yield from _block(block, name, path, stand_ins)


def _block(block: Block, name: str, path: Path, stand_ins: StandIns) -> Iterator[Finding]:
    known = (*ALWAYS, *block.parameters)
    around = block.shortcut.path if isinstance(block.shortcut, Shortcut) else ()
    if not stand_ins.covers((*path, "parameters")):
        for sequence, key in ((block.before, "before"), (block.residual, "residual"), (block.after, "after")):
            yield from _sequence(sequence, (*path, key), known)
        yield from _sequence(around, (*path, "shortcut", "path"), known)
    read = {
        word for layer in _all((*block.before, *block.residual, *block.after, *around)) for _, word in _names(layer)
    }
    read = _meant(read - set(ALWAYS), list(block.parameters))
    for parameter in block.parameters:
        where = (*path, "parameters", parameter)
        if parameter in ALWAYS:
            message = f"`{parameter}` is always there and cannot be declared"
            yield Finding(Code.CONFLICT, message, where, "choose another name", key=True)
        elif parameter not in read and not stand_ins.touches(path):
            message = f"no layer of block `{name}` reads its parameter `{parameter}`"
            help = "use it in a size, or delete it"
            yield Finding(Code.UNUSED_PARAMETER, message, where, help, key=True, unread=True)


def _model_parameters(model: Model, stand_ins: StandIns) -> Iterator[Finding]:
    read = {word for layer in _all((*model.stem, *model.head)) for _, word in _names(layer)}
    read |= {word for stage in model.stages for _, word in _names(stage)}
    declared = tuple(dict.fromkeys(name for block in model.blocks.values() for name in block.parameters))
    if any(stage.block not in model.blocks for stage in model.stages):
        return
    if any(stand_ins.touches(("model", part)) for part in ("stem", "stages", "blocks", "head")):
        return
    read = _meant(read, list(model.parameters))
    for name in model.parameters:
        if name not in declared and name not in read:
            message = f"no size reads the parameter `{name}`, and no block that the stages use declares it"
            yield Finding(
                Code.UNUSED_PARAMETER, message, (*_MODEL, name), key=True, word=name, known=declared, unread=True
            )


def _sequence(sequence: Iterable[Layer], path: Path, known: tuple[str, ...]) -> Iterator[Finding]:
    for index, layer in enumerate(sequence):
        where = (*path, index, layer.tag)
        yield from _fields(layer, where, known)
        if isinstance(layer, Gate):
            yield from _sequence(layer.path, (*where, "path"), known)


def _fields(node: Node, path: Path, known: tuple[str, ...]) -> Iterator[Finding]:
    for field, word in _names(node):
        if word not in known:
            message = f"there is no parameter `{word}` here"
            yield Finding(Code.UNKNOWN_NAME, message, (*path, field), word=word, known=known)


def _all(sequence: Iterable[Layer]) -> Iterator[Layer]:
    for layer in sequence:
        yield layer
        if isinstance(layer, Gate):
            yield from _all(layer.path)


def _names(layer: Node) -> Iterator[tuple[str, str]]:
    for field in type(layer).model_fields:
        for word in sorted({word for size in sizes_in(getattr(layer, field)) for word in size.names}):
            yield field, word


def _meant(words: Iterable[str], known: Sequence[str]) -> set[str]:
    """Take an unknown word as the one it was meant to be, so that one slip is one fault."""
    found = set(words)
    unknown = sorted(found.difference(known))[:MOST]
    return found | {nearest(word, known[:MOST]) for word in unknown}
