"""What an op is: its output's shape, its weights and its MACs, given the shapes of its inputs."""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from typing import ClassVar

from resnet_spec.ir.shape import Shape


@dataclass(frozen=True, slots=True)
class Weight:
    """An array of a layer: Keras's name for it, its shape, and whether gradients change it."""

    name: str
    shape: Shape
    trainable: bool = True

    @property
    def size(self) -> int:
        """Number of values."""
        return prod(self.shape)


@dataclass(frozen=True, slots=True)
class OpBase:
    """What every op answers, given the shapes of its inputs; most have one input, no weights and no MACs."""

    type_name: ClassVar[str]

    def output_shape(self, *inputs: Shape) -> Shape:
        """Give the output's shape, or raise `ShapeFault`."""
        return inputs[0]

    def weights(self, *_inputs: Shape) -> tuple[Weight, ...]:
        """Give the arrays of the layer, in Keras's order."""
        return ()

    def macs(self, *_inputs: Shape) -> int:
        """Count multiply-accumulates for one image (convolutions and dense layers; the field counts no others)."""
        return 0
