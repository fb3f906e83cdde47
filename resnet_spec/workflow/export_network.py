"""Trained weights -> a verified ONNX file, or no file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np

from resnet_spec import __version__
from resnet_spec.compile import Compiled
from resnet_spec.data.dataset import Dataset
from resnet_spec.data.images import Images
from resnet_spec.data.normalize import normalize
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.verification import Verification
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.deploy.write_description import write_description
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.data import Data
from resnet_spec.workflow.convert_network import convert_network
from resnet_spec.write_atomically import write_atomically


def export_network(
    compiled: Compiled, data: Data, weights: Mapping[str, np.ndarray], dataset: Dataset, target: Path
) -> Verification:
    """Convert, verify against Keras on test images, describe, and only then put the file in place.

    Raises:
        CheckFailed: the file is not valid, or its logits differ from Keras's; nothing is at `target` that was not.
    """
    content = convert_network(compiled, weights)
    verification = verify_onnx(content, _reference(compiled, data, weights), _sample(dataset.test.images))
    write_atomically(target, write_description(content, _description(compiled, data, dataset), verification))
    return verification


def _reference(compiled: Compiled, data: Data, weights: Mapping[str, np.ndarray]):  # type: ignore[no-untyped-def]
    """Give the network as it was trained: its own model, and the loader's normalisation."""
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    graph = take_logits(compiled.graph)
    model = to_keras(graph)
    set_weights(model, graph, weights)
    return lambda images: np.asarray(model.predict_on_batch(normalize(images, data.normalize)))


def _sample(images: Images, most: int = 256) -> np.ndarray:
    """Take images from all over the split, which is sorted by class."""
    chosen: np.ndarray = images[np.linspace(0, len(images) - 1, min(most, len(images))).astype(int)]
    return chosen


def _description(compiled: Compiled, data: Data, dataset: Dataset) -> Description:
    return Description(compiled.text, dataset.class_names, compiled.spec.model.input.shape, data.resize, __version__)
