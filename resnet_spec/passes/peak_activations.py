"""Rows of the layer table -> how many values have to be held at once while one image passes through."""

from __future__ import annotations

from collections.abc import Sequence
from math import prod

from resnet_spec.passes.layer_table import Layer


def peak_activations(layers: Sequence[Layer]) -> int:
    """Count the values alive at the busiest layer: its inputs, its output, and what a later layer still reads.

    Layers come after their inputs, and are run in this order, each into memory of its own.
    """
    last_read = {name: place for place, layer in enumerate(layers) for name in layer.inputs}
    alive: dict[str, int] = {}
    peak = 0
    for place, layer in enumerate(layers):
        alive[layer.name] = prod(layer.output_shape)
        peak = max(peak, sum(alive.values()))
        alive = {name: size for name, size in alive.items() if last_read.get(name, place) > place}
    return peak
