"""Bytes of a described network and its score -> the same file with the score in it.

Enters: what `evaluate` found. Leaves: the network with one more line of metadata.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from resnet_spec.deploy.description import EVALUATION_KEY

TOLD = ("images", "accuracy", "top5_accuracy", "loss")


def write_evaluation(content: bytes, evaluation: Mapping[str, Any]) -> bytes:
    """Put the figures that people ask for into a network, in the place of older ones.

    Args:
        content: the network.
        evaluation: an `Evaluation`, by field.
    """
    import onnx

    model = onnx.load_model_from_string(content)
    kept = {pair.key: pair.value for pair in model.metadata_props}
    text = json.dumps({key: evaluation[key] for key in TOLD}, allow_nan=False, sort_keys=True)
    onnx.helper.set_model_props(model, kept | {EVALUATION_KEY: text})
    written: bytes = model.SerializeToString()
    return written
