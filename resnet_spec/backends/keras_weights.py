"""Arrays by path name, out of a Keras model and into it: `stage2.block1.conv1.kernel`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import keras
import numpy as np

from resnet_spec.backends.keras_name import keras_name
from resnet_spec.ir import Graph


def get_weights(model: keras.Model, graph: Graph) -> dict[str, np.ndarray]:
    """Copy the arrays of the graph's layers out of a model."""
    return {name: keras.ops.convert_to_numpy(variable) for name, variable in named_weights(model, graph)}


def set_weights(model: keras.Model, graph: Graph, arrays: Mapping[str, np.ndarray]) -> None:
    """Put arrays into a model.

    Raises:
        KeyError: an array of the graph is missing.
        ValueError: an array has another shape.
    """
    for name, variable in named_weights(model, graph):
        variable.assign(arrays[name])


def named_weights(model: keras.Model, graph: Graph) -> Iterator[tuple[str, Any]]:
    """Give every variable of the graph's layers with its path name."""
    for node in graph:
        if node.weights:
            layer = model.get_layer(keras_name(node.name))
            for weight in node.weights:
                yield f"{node.name}.{weight.name}", getattr(layer, weight.name)
