"""Keras's backend -> the devices that it trains on."""

from __future__ import annotations

import os

import keras

from resnet_spec.backends.devices import Devices


def find_devices() -> Devices:
    """Give all devices of the best kind, of this machine and under JAX of the others of the run; one under PyTorch.

    To train on fewer is to show the process fewer: `CUDA_VISIBLE_DEVICES`.
    """
    match keras.backend.backend():
        case "jax":
            return _of_jax()
        case "torch":
            return _of_torch()
        case _:
            return _of_tensorflow()


def _of_jax() -> Devices:
    import jax

    found = jax.devices()
    return Devices(found[0].device_kind, len(found), processes=jax.process_count(), process=jax.process_index())


def _of_torch() -> Devices:
    import torch

    if not torch.cuda.is_available():
        return Devices("cpu", 1)
    return Devices(torch.cuda.get_device_name(0), 1, idle=torch.cuda.device_count() - 1)


def _of_tensorflow() -> Devices:
    import tensorflow as tf

    found = tf.config.list_physical_devices("GPU")
    if not found:
        return Devices("cpu", len(tf.config.list_logical_devices("CPU")))
    kind = tf.config.experimental.get_device_details(found[0]).get("device_name", "gpu")
    exact = os.environ.get("TF_DETERMINISTIC_OPS", "").lower() in {"1", "true"}
    return Devices(kind, len(tf.config.list_logical_devices("GPU")), exact=exact)
