"""The machine -> the batch normalisation layer that trains fastest on it."""

from __future__ import annotations

import keras

from resnet_spec.backends.find_devices import find_devices


def choose_batch_norm() -> type[keras.layers.BatchNormalization]:
    """Give Keras's layer, or the fused one where TensorFlow runs on a CPU."""
    if keras.backend.backend() != "tensorflow" or find_devices().accelerated:
        layer: type[keras.layers.BatchNormalization] = keras.layers.BatchNormalization
        return layer
    from resnet_spec.backends.fused_batch_norm import FusedBatchNormalization

    return FusedBatchNormalization
