"""A question to every process of a run -> whether one of them says yes."""

from __future__ import annotations

from functools import cache
from typing import Any

import keras
import numpy as np


def ask_all(yes: bool) -> Any:
    """Ask; every process has to, the same number of times in the same order.

    Returns:
        What `bool` waits for. Nothing is waited for where there is one process.
    """
    if keras.backend.backend() != "jax":
        return yes
    import jax

    if jax.process_count() == 1:
        return yes
    layout, loudest = _loudest()
    answers = np.full(jax.device_count(), yes)
    return loudest(jax.make_array_from_callback(answers.shape, layout, lambda index: answers[index]))


@cache
def _loudest() -> tuple[Any, Any]:
    """Give how the answers lie, one a device, and the program that gathers them."""
    import jax

    mesh = jax.sharding.Mesh(np.array(jax.devices()), ("answer",))
    split, whole = (jax.sharding.NamedSharding(mesh, jax.sharding.PartitionSpec(*axes)) for axes in (("answer",), ()))
    return split, jax.jit(lambda answers: answers.any(), out_shardings=whole)
