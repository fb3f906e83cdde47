"""Images of any size -> ONNX nodes that make them what the network takes, as Pillow's bilinear filter does.

Each axis is a product with a matrix whose rows are the filter at the places of the new pixels: a triangle as wide as
two old pixels, or wider by as much as the image shrinks. ONNX's own `Resize` cannot blur and cut at once.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from resnet_spec.backends.onnx_layer import OnnxLayer


def write_resize(layer: OnnxLayer, how: Literal["stretch", "crop"], x: str, *, whole: bool) -> str:
    """Write the resizing.

    Args:
        layer: the input; its shape is what the network takes.
        how: the spec's `data.resize`.
        x: (batch, channels, height, width).
        whole: whether pixels are rounded, as those of a picture are.
    """
    sizes = [_size(layer, x, axis) for axis in (2, 3)]
    shrinks = [layer.add("Div", size, layer.number(float(side)))
               for size, side in zip(sizes, layer.node.shape, strict=False)]  # fmt: skip
    if how == "crop":
        shrinks = [layer.add("Min", *shrinks)] * 2
    rows, columns = (
        _filter(layer, size, side, shrink)
        for size, side, shrink in zip(sizes, layer.node.shape, shrinks, strict=False)
    )  # fmt: skip
    narrow = layer.add("MatMul", x, layer.add("Transpose", columns, perm=[1, 0]))
    return _rounded(layer, layer.add("MatMul", rows, _rounded(layer, narrow) if whole else narrow), whole=whole)


def _size(layer: OnnxLayer, x: str, axis: int) -> str:
    place = layer.writer.constant(f"place.{axis}", np.int64(axis), np.int64)
    return layer.add("Cast", layer.add("Gather", layer.add("Shape", x), place), to=1)


def _filter(layer: OnnxLayer, size: str, side: int, shrink: str) -> str:
    """Write the matrix (new pixels, old pixels) of an axis; what is cut off, is cut off evenly."""
    half, one, zero = layer.number(0.5), layer.number(1.0), layer.number(0.0)
    middles = layer.array(f"middles.{side}", (np.arange(side) + 0.5).reshape(side, 1))
    kept = layer.add("Mul", shrink, layer.number(float(side)))
    start = layer.add("Mul", layer.add("Sub", size, kept), half)
    centres = layer.add("Add", start, layer.add("Mul", middles, shrink))
    pixels = layer.add("Add", layer.add("Range", zero, size, one), half)
    apart = layer.add("Abs", layer.add("Sub", pixels, centres))
    reach = layer.add("Max", shrink, one)
    heights = layer.add("Max", layer.add("Sub", one, layer.add("Div", apart, reach)), zero)
    axis = layer.writer.constant("axis.1", np.array([1]), np.int64)
    return layer.add("Div", heights, layer.add("ReduceSum", heights, axis, keepdims=1))


def _rounded(layer: OnnxLayer, x: str, *, whole: bool = True) -> str:
    return layer.add("Floor", layer.add("Add", x, layer.number(0.5))) if whole else x
