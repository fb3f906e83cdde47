"""Where a network's variables are made, so that every device that trains it has them."""

from __future__ import annotations

from contextlib import AbstractContextManager, nullcontext

import keras

from resnet_spec.backends.find_devices import find_devices


def on_all_devices() -> AbstractContextManager[object]:
    """Give a context: under TensorFlow variables made in it have a copy on each of several devices.

    The programs over them run outside of it. Under JAX the runtime copies the values itself.
    """
    if keras.backend.backend() != "tensorflow" or find_devices().count == 1:
        return nullcontext()
    import tensorflow as tf

    kind = "GPU" if find_devices().accelerated else "CPU"
    devices = [device.name for device in tf.config.list_logical_devices(kind)]
    scope: AbstractContextManager[object] = tf.distribute.MirroredStrategy(devices).scope()
    return scope
