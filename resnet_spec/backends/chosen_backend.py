"""The environment -> the framework that Keras is to run on."""

from __future__ import annotations

import os


def chosen_backend() -> str:
    """Give KERAS_BACKEND, or TensorFlow; what a `keras.json` of the user's says is not asked, so that runs agree."""
    return os.environ.get("KERAS_BACKEND") or "tensorflow"
