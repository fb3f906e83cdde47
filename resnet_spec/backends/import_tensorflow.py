"""TensorFlow, imported without its banner."""

from __future__ import annotations

import os
import sys


def import_tensorflow() -> None:
    """Import TensorFlow, which writes a banner from C++ before it reads how much it should say."""
    if "tensorflow" in sys.modules:
        return
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    banner = os.dup(2)
    with open(os.devnull, "w") as nowhere:  # noqa: PTH123 - a descriptor is what is wanted
        os.dup2(nowhere.fileno(), 2)
        try:
            import tensorflow as tf
        finally:
            os.dup2(banner, 2)
            os.close(banner)
    tf.get_logger().setLevel("ERROR")
