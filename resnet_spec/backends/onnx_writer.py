"""The noun: an ONNX file under construction.

Enters: operators and arrays. Leaves: bytes, the same for the same calls. What a network means is `to_onnx`'s affair.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray

from resnet_spec import __version__

Axis = int | str
"""A size, or the name of one that is free."""


class OnnxWriter:
    """Adds nodes one at a time, each under the name of the layer that it is a part of."""

    def __init__(self, name: str, opset: int) -> None:
        self.opset = opset
        self._model = onnx.ModelProto(
            ir_version=onnx.helper.find_min_ir_version_for([onnx.helper.make_opsetid("", opset)]),
            producer_name="resnet-spec",
            producer_version=__version__,
        )
        self._model.opset_import.add(domain="", version=opset)
        self._graph = self._model.graph
        self._graph.name = name
        self._constants: set[str] = set()
        self._steps: Counter[str] = Counter()

    def add(self, operator: str, *inputs: str, layer: str, outputs: int = 1, **attributes: Any) -> str:
        """Add a node as a step of a layer, and give the name of its (first) output."""
        step = f"{layer}.{operator}"
        self._steps[step] += 1
        name = f"{step}{self._steps[step]}"
        names = [name, *(f"{name}.{number}" for number in range(1, outputs))]
        self._graph.node.append(onnx.helper.make_node(operator, inputs, names, name=name, **attributes))
        return name

    def finish(self, layer: str, value: str | None = None) -> str:
        """Call the node that was added last, and its output, what the layer is called; or the output `value`."""
        node = self._graph.node[-1]
        node.name, node.output[0] = layer, value or layer
        return value or layer

    def constant(self, name: str, values: Any, dtype: type = np.float32) -> str:
        """Add an array, unless one of this name is there, and give its name."""
        if name not in self._constants:
            self._constants.add(name)
            array: NDArray[Any] = np.ascontiguousarray(values, dtype)
            tensor = self._graph.initializer.add(name=name, dims=np.shape(values), data_type=_TYPES[dtype])
            tensor.raw_data = array.tobytes()
        return name

    def declare_input(self, name: str, dtype: type, shape: tuple[Axis, ...]) -> str:
        """Declare the input."""
        self._graph.input.append(onnx.helper.make_tensor_value_info(name, _TYPES[dtype], shape))
        return name

    def declare_output(self, name: str, shape: tuple[Axis, ...]) -> None:
        """Declare one of the outputs, which a node has given."""
        self._graph.output.append(onnx.helper.make_tensor_value_info(name, onnx.TensorProto.FLOAT, shape))

    def content(self) -> bytes:
        """Give the file."""
        content: bytes = self._model.SerializeToString(deterministic=True)
        return content


_TYPES: dict[type, int] = {
    np.float32: onnx.TensorProto.FLOAT,
    np.uint8: onnx.TensorProto.UINT8,
    np.int64: onnx.TensorProto.INT64,
}
