"""Keras's backend, quiet and repeatable; called before Keras is imported."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def prepare_backend() -> None:
    """Set up the backend that Keras will run on; nothing of it was imported before.

    TensorFlow is kept from running independent operations side by side, which is what makes a step on a CPU differ
    from one process to the next (oneDNN, TensorFlow 2.21); on two cores it costs nothing that shows.

    Raises:
        InputError: Keras or its backend is not installed.
    """
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    backend = os.environ.get("KERAS_BACKEND", "tensorflow")
    for package in ("keras", {"torch": "torch", "jax": "jax"}.get(backend, "tensorflow")):
        if find_spec(package) is None:
            message = f"{package} is not installed, which training and building need"
            raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, "pip install 'resnet-spec[train]'"))
    if backend != "tensorflow" or "tensorflow" in sys.modules:
        return
    banner = os.dup(2)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a descriptor is what is wanted
        # TensorFlow writes its banner from C++ before it reads the level set above.
        os.dup2(nowhere.fileno(), 2)
        try:
            import tensorflow as tf
        finally:
            os.dup2(banner, 2)
            os.close(banner)
    tf.get_logger().setLevel("ERROR")
    tf.config.threading.set_inter_op_parallelism_threads(1)
