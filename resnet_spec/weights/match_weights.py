"""A peer's modules onto a graph: every array of the network gets one, every tensor gets a fate.

There is no list per model. A module's name tells which block it belongs to, counted from the first, and whether to its
shortcut or its gate; inside such a scope, kernels and norms are taken in order, by shape.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from resnet_spec.ir import Graph, Node, Shape
from resnet_spec.ir.ops import Conv2D, Dense
from resnet_spec.weights.block_of import block_of
from resnet_spec.weights.peer import COUNTER, Fate, Module, Tensor

_SHORTCUT = re.compile(r"downsample|0_")
_GATE = re.compile(r"se\.|eca\.|attn\.|se$|eca$")
_HEAD = re.compile(r"fc|head|classifier|predictions|probs|norm|post_bn")
_OURS = re.compile(r"(stage\d+\.block\d+)\.(shortcut|gate\d+)?.*")


@dataclass(frozen=True, slots=True)
class Match:
    """What a peer's file gives to a network."""

    arrays: dict[str, np.ndarray]
    """By path name."""
    fates: tuple[Fate, ...]
    """Of every tensor in the file."""
    missing: tuple[str, ...]
    """Arrays of the network that the file does not have."""


def match_weights(graph: Graph, modules: Sequence[Module]) -> Match:
    """Find for each layer of the graph the module that fits it."""
    scopes = _by_scope(modules)
    arrays: dict[str, np.ndarray] = {}
    targets: dict[str, str] = {}
    missing: list[str] = []
    for scope, node in _scoped(graph):
        module = _first_fit(scopes.get(scope, []), node)
        if module is None:
            missing += [f"{node.name}.{weight.name}" for weight in node.weights]
            continue
        scopes[scope].remove(module)
        for weight, tensor in zip(node.weights, _ordered(module, node), strict=True):
            path = f"{node.name}.{weight.name}"
            arrays[path] = tensor.read().reshape(weight.shape)
            targets[tensor.name] = path
    return Match(arrays, tuple(_fates(modules, targets, graph)), tuple(missing))


def _scoped(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Give each layer with weights its scope: `stem`, `head`, `block 3`, `block 3 shortcut`, `block 3 gate`."""
    numbers: dict[str, int] = {}
    for node in graph:
        match = _OURS.match(node.name)
        if match:
            number = numbers.setdefault(match[1], len(numbers))
            part = {"s": " shortcut", "g": " gate"}.get((match[2] or " ")[0], "")
            scope = f"block {number}{part}"
        else:
            scope = "head" if node.name.startswith("head.") else "stem"
        if node.weights:
            yield scope, node


def _by_scope(modules: Sequence[Module]) -> dict[str, list[Module]]:
    found = {module.name: block_of(module.name) for module in modules}
    blocks = sorted({place[:2] for place in found.values() if place})
    scopes: dict[str, list[Module]] = {}
    for module in sorted(modules, key=lambda module: _natural(module.name)):
        place = found[module.name]
        if place is None:
            scope = "head" if _HEAD.match(module.name) else "stem"
        else:
            part = " shortcut" if _SHORTCUT.match(place[2]) else " gate" if _GATE.match(place[2]) else ""
            scope = f"block {blocks.index(place[:2])}{part}"
        scopes.setdefault(scope, []).append(module)
    return scopes


def _natural(name: str) -> list[tuple[int, int | str]]:
    """Sort numbers as numbers, and a norm that stands ahead of its block's convolutions first."""
    parts = re.split(r"(\d+)", name.replace("preact", "0_preact"))
    return [(0, int(part)) if part.isdigit() else (1, part) for part in parts if part]


def _first_fit(modules: list[Module], node: Node) -> Module | None:
    kind = "kernel" if isinstance(node.op, Conv2D | Dense) else "norm"
    shapes = [weight.shape for weight in node.weights]
    for module in modules:
        if module.kind == kind and [_as_layer(tensor.shape, node) for tensor in _ordered(module, node)] == shapes:
            return module
    return None


def _as_layer(shape: Shape, node: Node) -> Shape:
    """Read a 1x1 convolution on a 1x1 image, which some peers end in, as the dense layer that it is."""
    return shape[2:] if isinstance(node.op, Dense) and len(shape) == 4 and shape[:2] == (1, 1) else shape


def _ordered(module: Module, node: Node) -> list:  # type: ignore[type-arg]
    """Give a module's tensors in the order of the layer's weights, by role, or as they stand where they have none."""
    if not any(tensor.role for tensor in module.tensors):
        return list(module.tensors)
    roles = {tensor.role: tensor for tensor in module.tensors if tensor.role}
    wanted = [weight.name for weight in node.weights]
    return [roles[name] for name in wanted] if set(wanted) == set(roles) else []


def _fates(modules: Sequence[Module], targets: dict[str, str], graph: Graph) -> Iterator[Fate]:
    shapes = graph.weight_shapes()
    known = set(shapes.values())
    for module in modules:
        for tensor in module.tensors:
            target = targets.get(tensor.name, "")
            if target:
                moved = tensor.found != shapes[target]
                why = "; ".join(filter(None, [f"laid out as {shapes[target]}" if moved else "", _converted(tensor)]))
                yield Fate(tensor.name, tensor.found, "reshaped" if moved else "loaded", target, why)
            else:
                yield Fate(tensor.name, tensor.found, "skipped", "", _why_skipped(tensor.name, tensor.shape, known))


def _converted(tensor: Tensor) -> str:
    how = {"float16": "widened", "bfloat16": "widened", "float64": "narrowed"}.get(tensor.numbers)
    return f"{how} from {tensor.numbers}" if how else ""


def _why_skipped(name: str, shape: Shape, shapes: set[Shape]) -> str:
    if name.endswith("num_batches_tracked"):
        return COUNTER
    if shape not in shapes:
        return "the network has no array of this shape"
    return "no layer of the network is left at this place"
