"""The spec's optimizer -> Keras's."""

from __future__ import annotations

from typing import Any

import keras

from resnet_spec.spec.optimizer import AdamW, Muon, Optimizer
from resnet_spec.train.kernel_muon import KernelMuon


def make_optimizer(chosen: Optimizer, name: str) -> Any:
    """Make the optimizer; the paths of its variables begin with the name."""
    options = chosen.model_dump()
    if isinstance(chosen, AdamW):
        # Keras's takes no None, which is none.
        options["weight_decay"] = chosen.weight_decay or 0.0
    if isinstance(chosen, Muon):
        return KernelMuon(**options, adam_weight_decay=chosen.weight_decay, name=name)
    return getattr(keras.optimizers, chosen.keras_name)(**options, name=name)
