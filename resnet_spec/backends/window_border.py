"""Node of a convolution or a pool -> the border that its padding lays around the image."""

from __future__ import annotations

from resnet_spec.ir import Node
from resnet_spec.ir.ops import AvgPool, Conv2D, MaxPool
from resnet_spec.ir.shape import same_border

Border = tuple[tuple[int, int], tuple[int, int]]
"""Places before and after, for height and for width."""


def window_border(node: Node) -> Border:
    """Count the places that a node's own `padding` adds."""
    op = node.op
    assert isinstance(op, Conv2D | MaxPool | AvgPool)
    if op.padding == "valid":
        return (0, 0), (0, 0)
    window, dilation = (op.kernel_size, op.dilation_rate) if isinstance(op, Conv2D) else (op.pool_size, 1)
    height, width, _ = node.input_shapes[0]
    return (
        same_border(height, window[0], op.strides[0], dilation),
        same_border(width, window[1], op.strides[1], dilation),
    )
