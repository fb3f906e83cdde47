"""A path name -> the name of its Keras layer."""

from __future__ import annotations

import keras


def keras_name(path: str) -> str:
    """Give the path itself, which Keras takes; PyTorch has no dots in the names of modules, so there they are colons.

    >>> keras_name("input")
    'input'
    """
    return path.replace(".", ":") if keras.backend.backend() == "torch" else path
