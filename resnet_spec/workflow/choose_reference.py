"""A compiled spec and weights -> the network that a file is held against."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec

import numpy as np

from resnet_spec.backends.chosen_backend import chosen_backend
from resnet_spec.compile import Compiled
from resnet_spec.data.normalize import normalize
from resnet_spec.deploy.verify_onnx import Reference
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.data import Data


@dataclass(frozen=True, slots=True)
class Original:
    """The network as it was trained, and who runs it."""

    name: str
    run: Reference
    """From float32 images (batch, height, width, channels), values 0..255, to logits."""


def choose_reference(compiled: Compiled, data: Data, weights: Mapping[str, np.ndarray]) -> Original:
    """Run the network in Keras where it is installed with its backend, and else in plain NumPy.

    Neither has anything of what the file is written with: no merged layers, and the data loader's normalisation.
    """
    backend = chosen_backend()
    if find_spec("keras") and backend.isidentifier() and find_spec(backend):
        return _in_keras(compiled, data, weights, backend)
    from resnet_spec.backends.to_numpy import to_numpy

    network = to_numpy(take_logits(compiled.graph), weights)
    return Original("plain NumPy", lambda images: network(normalize(images, data.normalize))[0])


def _in_keras(compiled: Compiled, data: Data, weights: Mapping[str, np.ndarray], backend: str) -> Original:
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    graph = take_logits(compiled.graph)
    model = to_keras(graph)
    set_weights(model, graph, weights)
    return Original(
        f"Keras {version('keras')} on {backend}",
        lambda images: np.asarray(model.predict_on_batch(normalize(images, data.normalize))),
    )
