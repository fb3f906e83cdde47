"""Process 0's bytes -> every process of the run."""

from __future__ import annotations

import keras
import numpy as np


def tell_all(said: bytes) -> bytes:
    """Give what process 0 says; every process says something of the same length."""
    if keras.backend.backend() != "jax":
        return said
    import jax

    if jax.process_count() == 1:
        return said
    from jax.experimental.multihost_utils import broadcast_one_to_all

    return np.asarray(broadcast_one_to_all(np.frombuffer(said, np.uint8))).astype(np.uint8).tobytes()
