"""Graph and arrays -> the same network with the scaling of pixels inside the first convolution, as far as it goes."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from resnet_spec.backends.folded import Folded
from resnet_spec.backends.window_border import window_border
from resnet_spec.ir import Graph, GraphBuilder, Node
from resnet_spec.ir.ops import Conv2D, Normalize, Pad
from resnet_spec.passes.count_readers import count_readers


@dataclass(frozen=True, slots=True)
class _Stem:
    """The scaling of pixels and the convolution that alone reads it."""

    pixels: Normalize
    conv: Node
    bordered: bool
    """Whether the convolution sees zeros around the scaled pixels."""


def fold_normalize(network: Folded) -> Folded:
    """Fold factors, offsets and the order of channels into the kernel that alone reads the pixels.

    Zeros around scaled pixels stand for the mean colour. So where the convolution sees such a border, the offset is not
    folded: it stays, as a number added to the pixels.
    """
    stem = _find_stem(network.graph)
    if stem is None:
        return network
    flipped = stem.pixels.channel_order == "bgr"
    scale, offset = np.array(stem.pixels.scale), np.array(stem.pixels.offset)
    name = stem.conv.name
    kernel = network.weights[f"{name}.kernel"]
    scaled = (kernel * scale[:, None]).astype(np.float32)
    weights = {**network.weights, f"{name}.kernel": scaled[:, :, ::-1] if flipped else scaled}
    if not offset.any():
        return Folded(_rewrite(network.graph, stem, None, stem.conv), weights)
    if stem.bordered:
        rest = (offset / scale)[:: -1 if flipped else 1]
        added = Normalize((1.0,) * len(rest), tuple(rest.tolist()))
        return Folded(_rewrite(network.graph, stem, added, stem.conv), weights)
    bias: NDArray[np.float64] = network.weights.get(f"{name}.bias", 0) + np.einsum("yxcf,c->f", kernel, offset)
    weights[f"{name}.bias"] = bias.astype(np.float32)
    biased = replace(stem.conv, op=replace(stem.conv.op, use_bias=True))  # type: ignore[arg-type]
    return Folded(_rewrite(network.graph, stem, None, biased), weights)


def _find_stem(graph: Graph) -> _Stem | None:
    readers = count_readers(graph)
    pixels = next((node for node in graph if isinstance(node.op, Normalize)), None)
    at, bordered = pixels, False
    while at is not None and readers[at.name] == 1:
        name = at.name
        at = next((node for node in graph if name in node.inputs), None)
        match at:
            case Node(op=Conv2D(groups=1)):
                assert pixels is not None
                assert isinstance(pixels.op, Normalize)
                return _Stem(pixels.op, at, bordered or any(map(any, window_border(at))))
            case Node(op=Pad(fill="zeros")):
                bordered = True
            case _:
                return None
    return None


def _rewrite(graph: Graph, stem: _Stem, pixels: Normalize | None, conv: Node) -> Graph:
    builder = GraphBuilder()
    source: dict[str, str] = {}
    for node in graph:
        inputs = tuple(source[name] for name in node.inputs)
        if node.op is stem.pixels and pixels is None:
            source[node.name] = inputs[0]
            continue
        op = pixels if node.op is stem.pixels and pixels is not None else conv.op if node is stem.conv else node.op
        source[node.name] = builder.add(node.name, op, *inputs, origin=node.origin)
    return builder.graph(*(source[name] for name in graph.outputs))
