"""ModelProto -> Interface, if the network has the inputs and outputs that every shipped file has.

Enters: a parsed network. Leaves: its sizes. Its arithmetic is not looked at.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import INPUT, Interface
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.spec.export import Dtype

if TYPE_CHECKING:
    import onnx

TYPES = {"float32": 1, "uint8": 2}  # onnx.TensorProto.FLOAT, UINT8


def read_interface(model: onnx.ModelProto, form: Form = PLAIN) -> Interface:
    """Read the sizes of `image` [batch, height, width, channels] and of the outputs [batch, classes].

    Args:
        model: the network.
        form: what it is said to take and to give.

    Raises:
        OnnxRefused: other names, other types, a fixed batch, or a size that is not fixed; every fault is named.
    """
    graph = model.graph
    faults = [*_named("input", graph.input, (INPUT,)), *_named("output", graph.output, form.outputs)]
    if faults:
        raise OnnxRefused("; ".join(faults))
    (image,), outputs = graph.input, list(graph.output)
    free = _sides(form) if form.resizes else ()
    faults = [*_typed(image, 4, form.dtype, free), *(fault for each in outputs for fault in _typed(each, 2))]
    counts = sorted({_sizes(each)[1] for each in outputs}) if not faults else []
    if len(counts) > 1:
        faults = [f"gives {counts[0]} numbers in one output, but {counts[1]} in the other"]
    if faults:
        raise OnnxRefused("; ".join(faults))
    height, width = _sides(form)
    (channels,) = {1, 2, 3} - {height, width}
    sizes = _sizes(image)
    return Interface((sizes[height], sizes[width], sizes[channels]), counts[0])


def _sides(form: Form) -> tuple[int, int]:
    """Give the axes of height and width."""
    return (1, 2) if form.data_format == "channels_last" else (2, 3)


def _named(kind: str, values: Any, expected: tuple[str, ...]) -> list[str]:
    names = sorted(value.name for value in values)
    if names == sorted(expected):
        return []
    return [f"has the {kind}s {_listed(names)} where {_listed(expected)} must be"]


def _typed(value: Any, rank: int, dtype: Dtype = "float32", free: tuple[int, ...] = ()) -> list[str]:
    kind = value.type.WhichOneof("value")
    if kind != "tensor_type" or value.type.tensor_type.elem_type != TYPES[dtype]:
        return [f"has a `{value.name}` that is not a {dtype} tensor"]
    sizes = _sizes(value)
    if len(sizes) != rank:
        return [f"has a `{value.name}` of {len(sizes)} axes, not {rank}"]
    faults = [] if sizes[0] == 0 else [f"has a `{value.name}` whose batch is fixed to {sizes[0]}"]
    fixed = [size > 0 for axis, size in enumerate(sizes) if axis and axis not in free]
    if any(sizes[axis] for axis in free):
        faults.append(f"has a `{value.name}` whose size is fixed")
    return faults + ([] if all(fixed) else [f"has a `{value.name}` whose size is not fixed"])


def _sizes(value: Any) -> tuple[int, ...]:
    """Give the axes' sizes, and 0 for an axis that is a symbol."""
    return tuple(axis.dim_value for axis in value.type.tensor_type.shape.dim)


def _listed(names: Any) -> str:
    return ", ".join(f"`{name}`" for name in names) or "(none)"
