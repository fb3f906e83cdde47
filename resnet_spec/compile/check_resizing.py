"""Spec and graph -> diagnostics: training images of sizes that are out of order, or that the network cannot take."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from resnet_spec.diagnostic import Code, Diagnostic, Path, Span, SpecErrors
from resnet_spec.document import Document
from resnet_spec.ir import Graph
from resnet_spec.lower import StandIns, lower
from resnet_spec.spec import Spec
from resnet_spec.spec.model import Input
from resnet_spec.spec.train import Smaller

_MODEL: Path = ("model",)
_INPUT: Path = (*_MODEL, "input")
_SPANS: Path = ("train", "progressive_resizing")


@dataclass(frozen=True, slots=True)
class _Finding:
    message: str
    path: Path
    help: str
    rests_on: Path = ()
    """What else of the spec it depends on."""
    related: tuple[tuple[Span, str], ...] = ()


def check_resizing(spec: Spec, document: Document, graph: Graph, stand_ins: StandIns) -> list[Diagnostic]:
    """Hold `train.progressive_resizing` against itself, the input and the network; stand-ins are held against nothing.

    Args:
        spec: what the document says, or what stands in for it.
        document: what was written.
        graph: the network at the input's size.
        stand_ins: parts of the spec that only stand in for what is wrong.
    """
    spans = spec.train.progressive_resizing if spec.train else ()
    found = [*_order(spans)]
    for place, span in enumerate(spans):
        path = (*_SPANS, place, "size")
        if not _is_smaller(span.sides, spec.model.input.shape):
            whole = _shown(spec.model.input.shape[:2])
            message = f"images of {_shown(span.sides)} are no smaller than those of the input, {whole}"
            help = "use a smaller `size`; after these epochs images are as large as the input"
            found.append(_Finding(message, path, help, _INPUT))
        elif not stand_ins.touches(_MODEL) and not stand_ins.touches(path):
            found += _network(spec, document, graph, span, path)
    return [
        Diagnostic(Code.CONFLICT, each.message, document.span(each.path), each.help, each.related)
        for each in found
        if not stand_ins.touches(each.path) and not (each.rests_on and stand_ins.touches(each.rests_on))
    ]


def _order(spans: tuple[Smaller, ...]) -> Iterator[_Finding]:
    for place, (before, span) in enumerate(pairwise(spans), 1):
        path = (*_SPANS, place)
        if span.until_epoch <= before.until_epoch:
            message = f"the images until epoch {span.until_epoch} follow those until epoch {before.until_epoch}"
            help = "write a later epoch, or the spans in the order of their epochs"
            yield _Finding(message, (*path, "until_epoch"), help, (*_SPANS, place - 1))
        if not _is_smaller(before.sides, span.sides):
            message = f"images of {_shown(span.sides)} follow images of {_shown(before.sides)}, and are no larger"
            yield _Finding(message, (*path, "size"), "let images only grow", (*_SPANS, place - 1))


def _network(spec: Spec, document: Document, graph: Graph, span: Smaller, path: Path) -> Iterator[_Finding]:
    """Find the first layer that would be another one, or could not be, at a smaller size of image."""
    at = f"at {_shown(span.sides)} "
    try:
        shape = (*span.sides, spec.model.input.shape[2])
        small = lower(spec.model.model_copy(update={"input": Input(shape=shape)}), document.span)
    except SpecErrors as errors:
        fault = errors.diagnostics[0]
        help = "use a larger `size`"
        if fault.message.startswith("head."):
            help += ", or a head for images of any: `global_avg_pool`"
        related = ((fault.span, "the layer"),) if fault.span else ()
        yield _Finding(f"{at}the network cannot be: {fault.message}", path, help, related=related)
        return
    layers = {node.name: node for node in small}
    for node in graph.nodes[1:]:
        found = layers.get(node.name)
        if found is None or (found.op, found.inputs) != (node.op, node.inputs):
            how = f"`{node.name}` would be gone" if found is None else f"`{node.name}` would differ"
            yield _Finding(f"{at}the network is another: {how}", path, "use a larger `size`")
            return
        for weight, other in zip(node.weights, found.weights, strict=True):
            if weight.shape != other.shape:
                shapes = f"of shape {_shown(other.shape)}, and is of {_shown(weight.shape)}"
                help = "let `global_avg_pool`, or a `same` `max_pool` of the whole map, stand before `flatten`"
                yield _Finding(f"{at}the weight `{node.name}.{weight.name}` would be {shapes}", path, help)
                return


def _is_smaller(sides: tuple[int, ...], others: tuple[int, ...]) -> bool:
    pairs = list(zip(sides, others[:2], strict=True))
    return all(one <= other for one, other in pairs) and any(one < other for one, other in pairs)


def _shown(sides: tuple[int, ...]) -> str:
    return "x".join(map(str, sides))
