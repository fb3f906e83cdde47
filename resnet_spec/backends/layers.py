"""The noun: the classes of the layers that a machine may have better ones for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import keras


@dataclass(frozen=True, slots=True)
class Layers:
    """Takes the place of Keras's own; made with the same arguments."""

    conv: Callable[..., Any] = keras.layers.Conv2D
    batch_norm: Callable[..., Any] = keras.layers.BatchNormalization
    dropout: Callable[..., Any] = keras.layers.Dropout
