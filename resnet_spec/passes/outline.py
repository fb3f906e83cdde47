"""Graph -> its outline: the stages, and in them the blocks, as a diagram shows them.

Path names say what belongs together: `stage2.block1.shortcut.conv1`. Blocks in a row that are alike are one `Unit`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from resnet_spec.ir import Graph, Node
from resnet_spec.ir.ops import (
    Activation,
    Add,
    AvgPool,
    BatchNorm,
    Conv2D,
    Dense,
    Dropout,
    GroupNorm,
    Input,
    LayerNorm,
    MaxPool,
    Normalize,
    Pad,
    PadChannels,
)

TIMES = "\N{MULTIPLICATION SIGN}"
DOT = "\N{MIDDLE DOT}"
SHORTCUT = "shortcut"
_COMPOSED = ("gate", "blur_pool")


@dataclass(frozen=True, slots=True)
class Unit:
    """A block, or several in a row that are alike; or the layers of a part that are in no block."""

    first: str
    """Its name within its part: `block1`; empty for layers that are in no block."""
    last: str
    """The same as `first`, unless there are several."""
    blocks: int
    """How many are alike; 0 for layers that are in no block."""
    before: tuple[str, ...]
    """What the image goes through before the shortcut leaves, a line a convolution or pool: `norm . relu`."""
    path: tuple[str, ...]
    """From there to the merge; where there is none, everything."""
    shortcut: tuple[str, ...] | None
    """What goes around that: nothing for the identity; None where there is no merge."""
    after: tuple[str, ...]
    """From the merge on."""
    layers: int
    """Of one block, as the other figures are."""
    output_shape: tuple[int, ...]
    params: int
    macs: int

    @property
    def name(self) -> str:
        """What to call it: `block1`, `block2 to block6`."""
        return self.first if self.blocks < 2 else f"{self.first} to {self.last}"


@dataclass(frozen=True, slots=True)
class Part:
    """Neighbouring layers whose path names begin alike: `stem`, `stage2`, `head`."""

    name: str
    units: tuple[Unit, ...]
    layers: int
    output_shape: tuple[int, ...]
    params: int
    macs: int

    @property
    def blocks(self) -> int:
        """How many blocks it has."""
        return sum(unit.blocks for unit in self.units)


def outline(graph: Graph) -> tuple[Part, ...]:
    """Give the parts of a network in order, from `input` to `head`."""
    return tuple(_part(name, tuple(nodes)) for name, nodes in groupby(graph, key=lambda node: _step(node, 0)))


def _part(name: str, nodes: Sequence[Node]) -> Part:
    units = [_unit(key, tuple(members)) for key, members in groupby(nodes, key=_block)]
    merged: list[Unit] = []
    for unit in units:
        if merged and unit.blocks and _looks(merged[-1]) == _looks(unit):
            merged[-1] = _joined(merged[-1], unit)
        else:
            merged.append(unit)
    return Part(
        name, tuple(merged), len(nodes), nodes[-1].shape, sum(n.params for n in nodes), sum(n.macs for n in nodes)
    )


def _unit(name: str, nodes: Sequence[Node]) -> Unit:
    merge = max((i for i, node in enumerate(nodes) if name and isinstance(node.op, Add)), default=len(nodes))
    merges = merge < len(nodes)
    fork = _fork(nodes, merge) if merges else 0
    around = [node for node in nodes[fork:merge] if _is_shortcut(node)]
    return Unit(
        first=name,
        last=name,
        blocks=1 if name else 0,
        before=_lines(nodes[:fork]),
        path=_lines(node for node in nodes[fork:merge] if not _is_shortcut(node)),
        shortcut=_lines(around) if merges else None,
        after=_lines(nodes[merge:]),
        layers=len(nodes),
        output_shape=nodes[-1].shape,
        params=sum(node.params for node in nodes),
        macs=sum(node.macs for node in nodes),
    )


def _fork(nodes: Sequence[Node], merge: int) -> int:
    """Give the place after the node that the shortcut starts from; 0 where that lies before the block."""
    around = next((node for node in nodes[:merge] if _is_shortcut(node)), nodes[merge])
    return next((i + 1 for i, node in enumerate(nodes[:merge]) if node.name == around.inputs[0]), 0)


def _is_shortcut(node: Node) -> bool:
    return _step(node, 2) == SHORTCUT


def _looks(unit: Unit) -> tuple[object, ...]:
    return (unit.before, unit.path, unit.shortcut, unit.after, unit.output_shape, unit.params, unit.macs)


def _joined(one: Unit, other: Unit) -> Unit:
    return Unit(
        one.first, other.last, one.blocks + 1, one.before, one.path, one.shortcut, one.after,
        one.layers, one.output_shape, one.params, one.macs,
    )  # fmt: skip


def _lines(nodes: Iterable[Node]) -> tuple[str, ...]:
    """Write layers as words; what only follows (a norm, an activation) goes on in the same line."""
    lines: list[str] = []
    for scope, members in groupby((node for node in nodes if not _is_padding(node)), key=_scope):
        for word, begins in [(scope, True)] if scope else [_word(node) for node in members]:
            if begins or not lines:
                lines.append(word)
            else:
                lines[-1] += f" {DOT} {word}"
    return tuple(lines)


def _word(node: Node) -> tuple[str, bool]:
    """Say what a layer is, and whether a new line begins with it."""
    op = node.op
    match op:
        case Conv2D():
            groups = f", {op.groups} groups" if op.groups > 1 else ""
            dilation = f", dilation {op.dilation_rate}" if op.dilation_rate > 1 else ""
            return f"conv {_window(op.kernel_size)}, {op.filters:,}{groups}{_strides(op.strides)}{dilation}", True
        case MaxPool() | AvgPool():
            kind = "max" if isinstance(op, MaxPool) else "average"
            return f"{kind} pool {_window(op.pool_size)}{_strides(op.strides)}", True
        case Dense():
            activation = f" {DOT} {op.activation}" if op.activation != "linear" else ""
            return f"dense, {op.units:,}{activation}", True
        case Input():
            return "image", True
        case BatchNorm() | GroupNorm() | LayerNorm():
            return {BatchNorm: "norm", GroupNorm: "group norm", LayerNorm: "layer norm"}[type(op)], False
        case Activation():
            return op.function, False
        case Dropout():
            return f"{_plain(op.type_name)} {op.rate:g}", False
        case Add() | Normalize():
            return _plain(op.type_name), False
        case PadChannels():
            return f"pad to {node.shape[-1]:,} channels", True
        case _:
            return _plain(op.type_name), True


def _is_padding(node: Node) -> bool:
    """Say whether a node only pads for the layer after it: `stem.conv1.pad`."""
    return isinstance(node.op, Pad) and node.name.endswith(".pad")


def _window(sizes: tuple[int, int]) -> str:
    return f" {TIMES} ".join(map(str, sizes))


def _strides(strides: tuple[int, int]) -> str:
    if strides == (1, 1):
        return ""
    return f", stride {strides[0]}" if strides[0] == strides[1] else f", strides {_window(strides)}"


def _plain(type_name: str) -> str:
    """Write a class name as words: `GlobalAveragePooling2D` is `global average pooling`."""
    words = "".join(f" {c.lower()}" if c.isupper() else c for c in type_name.removesuffix("2D"))
    return words.strip()


def _scope(node: Node) -> str:
    """Name what several nodes make up together: `gate`, `blur pool`."""
    steps = node.name.split(".")[2 if _block(node) else 1 :]
    own = steps[1:] if steps[:1] == [SHORTCUT] else steps
    thing = own[0].rstrip("0123456789") if own else ""
    return thing.replace("_", " ") if thing in _COMPOSED else ""


def _block(node: Node) -> str:
    second = _step(node, 1)
    return second if second.startswith("block") else ""


def _step(node: Node, index: int) -> str:
    return (*node.name.split("."), "", "", "")[index]
