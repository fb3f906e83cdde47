"""ModelProto -> Interface, if the network has the inputs and outputs that every shipped file has.

Enters: a parsed network. Leaves: its sizes. Its arithmetic is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_spec.deploy.interface import INPUT, LOGITS, PROBABILITIES, Interface
from resnet_spec.deploy.onnx_refused import OnnxRefused

if TYPE_CHECKING:
    import onnx

FLOAT = 1  # onnx.TensorProto.FLOAT


def read_interface(model: onnx.ModelProto) -> Interface:
    """Read the sizes of `image` [batch, height, width, channels] and of `logits`, `probabilities` [batch, classes].

    Raises:
        OnnxRefused: other names, other types, a fixed batch, or a size that is not fixed; every fault is named.
    """
    graph = model.graph
    faults = [
        *_named("input", graph.input, (INPUT,)),
        *_named("output", graph.output, (LOGITS, PROBABILITIES)),
    ]
    if faults:
        raise OnnxRefused("; ".join(faults))
    (image,), (logits, probabilities) = graph.input, sorted(graph.output, key=lambda value: str(value.name))
    faults = [*_typed(image, 4), *_typed(logits, 2), *_typed(probabilities, 2)]
    if not faults and _sizes(logits) != _sizes(probabilities):
        faults = [f"gives {_sizes(logits)[1]} logits, but {_sizes(probabilities)[1]} probabilities"]
    if faults:
        raise OnnxRefused("; ".join(faults))
    _, height, width, channels = _sizes(image)
    return Interface((height, width, channels), _sizes(logits)[1])


def _named(kind: str, values: Any, expected: tuple[str, ...]) -> list[str]:
    names = sorted(value.name for value in values)
    if names == sorted(expected):
        return []
    return [f"has the {kind}s {_listed(names)} where {_listed(expected)} must be"]


def _typed(value: Any, rank: int) -> list[str]:
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type" or value.type.tensor_type.elem_type != FLOAT:
        return [f"has a `{value.name}` that is not a float32 tensor"]
    sizes = _sizes(value)
    if len(sizes) != rank:
        return [f"has a `{value.name}` of {len(sizes)} axes, not {rank}"]
    faults = [] if sizes[0] == 0 else [f"has a `{value.name}` whose batch is fixed to {sizes[0]}"]
    return faults + ([] if all(size > 0 for size in sizes[1:]) else [f"has a `{value.name}` whose size is not fixed"])


def _sizes(value: Any) -> tuple[int, ...]:
    """Give the axes' sizes, and 0 for an axis that is a symbol."""
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names) or "(none)"
