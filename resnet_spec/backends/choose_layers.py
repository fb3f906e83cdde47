"""The machine -> the layers that train on it: the fastest that compute the same."""

from __future__ import annotations

from functools import partial

import keras

from resnet_spec.backends.find_devices import find_devices
from resnet_spec.backends.layers import Layers


def choose_layers() -> Layers:
    """Give Keras's own, but where TensorFlow trains on several devices, or on a CPU."""
    devices = find_devices()
    if keras.backend.backend() != "tensorflow":
        return Layers()
    if devices.count > 1:
        from resnet_spec.backends.whole_batch_dropout import WholeBatchDropout

        batch_norm = partial(keras.layers.BatchNormalization, synchronized=True)
        return Layers(batch_norm=batch_norm, dropout=WholeBatchDropout)
    if devices.accelerated:
        return Layers()
    from resnet_spec.backends.fused_batch_norm import FusedBatchNormalization
    from resnet_spec.backends.product_conv import ProductConv2D

    return Layers(conv=ProductConv2D, batch_norm=FusedBatchNormalization)
