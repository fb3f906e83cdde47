"""Keras's backend: quiet, repeatable, and joined to the other processes of its run; called before Keras is imported."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from resnet_spec.backends.chosen_backend import chosen_backend
from resnet_spec.backends.import_tensorflow import import_tensorflow
from resnet_spec.backends.join_processes import join_processes, started_processes
from resnet_spec.diagnostic import Code, Diagnostic, InputError

_EXTRAS = {"tensorflow": "train", "jax": "jax", "torch": "torch"}


def prepare_backend(*, training: bool = False) -> None:
    """Set up the backend that Keras will run on; nothing of it was imported before.

    Args:
        training: whether to join the other processes that a launcher started.

    Raises:
        InputError: Keras or its backend is not installed, or the processes do not find each other.
    """
    backend = chosen_backend()
    _check_installed(backend)
    os.environ["KERAS_BACKEND"] = backend
    match backend:
        case "tensorflow":
            _prepare_tensorflow()
        case "jax":
            _prepare_jax()
        case "torch":
            _prepare_torch()
    if training:
        _gather(backend)
    _settle_keras()


def _gather(backend: str) -> None:
    if backend == "jax":
        join_processes()
    elif (processes := started_processes()) > 1:
        message = f"{processes} processes were started, and Keras trains in one on {backend}"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, "start one, or set KERAS_BACKEND=jax"))


def _check_installed(backend: str) -> None:
    if backend not in _EXTRAS:
        message = f"training on Keras's backend `{backend}` is not possible"
        help = f"set KERAS_BACKEND to one of {', '.join(_EXTRAS)}"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))
    for package in ("keras", backend):
        if find_spec(package) is None:
            message = f"{package} is not installed, which training and building need"
            help = f"pip install 'resnet-spec[{_EXTRAS[backend]}]'"
            raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))


def _prepare_tensorflow() -> None:
    """Keep TensorFlow from running independent operations side by side.

    This is what makes a step on a CPU differ from one process to the next (oneDNN, TensorFlow 2.21); on two cores it
    costs nothing that shows.
    """
    if "tensorflow" in sys.modules:
        return
    import_tensorflow()
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(1)


def _prepare_jax() -> None:
    """Let XLA take no operation on a GPU that adds in another order each time; what XLA_FLAGS says already, stays."""
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_gpu_deterministic_ops" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()


def _prepare_torch() -> None:
    """Let PyTorch take deterministic operations, where there are any, and share the processor.

    Threads that spin while they wait for each other lose a whole slice of time wherever another process runs, at every
    operation: on two busy cores that was forty times as slow.
    """
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    import torch

    torch.use_deterministic_algorithms(True, warn_only=True)


def _settle_keras() -> None:
    """Take back what a `keras.json` of the user's says of numbers and layouts: a network is what its spec says."""
    import keras

    keras.config.set_floatx("float32")
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
