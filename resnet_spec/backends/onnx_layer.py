"""The noun: a layer that is being written as ONNX."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from resnet_spec.backends.folded import Array
from resnet_spec.backends.onnx_writer import OnnxWriter
from resnet_spec.ir import Node


@dataclass(frozen=True, slots=True)
class OnnxLayer:
    """A node of the graph, what it reads in the file, and its arrays."""

    node: Node
    inputs: tuple[str, ...]
    """Names of values in the file, channels first."""
    writer: OnnxWriter
    weights: Mapping[str, Array]

    @property
    def x(self) -> str:
        """The value that the layer reads, or the first of them."""
        return self.inputs[0]

    def add(self, operator: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        """Add a step of the layer."""
        return self.writer.add(operator, *inputs, layer=self.node.name, outputs=outputs, **attributes)

    def number(self, value: float) -> str:
        """Give a number as a value of the file; the same number is there once."""
        return self.writer.constant(f"number.{value!r}", np.float32(value))

    def whole(self, name: str, values: Any) -> str:
        """Give whole numbers, such as a shape, as a value of the file."""
        return self.writer.constant(f"{self.node.name}.{name}", values, np.int64)

    def array(self, name: str, values: Any) -> str:
        """Give an array of the layer as a value of the file."""
        return self.writer.constant(f"{self.node.name}.{name}", values)

    def weight(self, name: str) -> Array:
        """Give one of the layer's arrays."""
        return self.weights[f"{self.node.name}.{name}"]

    def axes(self, channels: Array) -> Array:
        """Shape one number a channel so that it meets the values that the layer reads."""
        image = len(self.node.input_shapes[0]) == 3
        return channels.reshape(-1, 1, 1) if image else channels
