"""The end of what the processes of a run do together."""

from __future__ import annotations

import keras

from resnet_spec.backends.ask_all import ask_all


def leave_processes() -> None:
    """Wait for the others, and go on alone; JAX computes on this process's devices from here on."""
    if keras.backend.backend() != "jax":
        return
    import jax

    if jax.process_count() > 1:
        bool(ask_all(False))
        jax.distributed.shutdown()
