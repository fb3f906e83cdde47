"""Trained weights -> `model.keras`, for those who go on in Keras."""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path

import numpy as np

from resnet_spec.compile import Compiled


def save_keras(compiled: Compiled, weights: Mapping[str, np.ndarray] | None, target: Path, *, seed: int = 0) -> None:
    """Build the network in Keras, hold its counts against ours, and save it; with its first weights if none are given.

    Raises:
        CheckFailed: Keras counts other shapes or parameters.
    """
    from resnet_spec.backends.check_keras import check_keras
    from resnet_spec.backends.import_tensorflow import import_tensorflow
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    model = to_keras(compiled.graph, seed=seed)
    check_keras(model, compiled.graph)
    if weights is not None:
        set_weights(model, compiled.graph, weights)
    if find_spec("tensorflow"):
        # Keras imports it to save, whatever it runs on.
        import_tensorflow()
    temporary = target.with_name(f".{os.getpid()}.{target.name}")
    try:
        model.save(temporary)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
