"""Trained weights -> a verified ONNX file, or no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

from resnet_spec import __version__
from resnet_spec.compile import Compiled
from resnet_spec.data.images import Images
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.verification import Verification
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.deploy.write_description import write_description
from resnet_spec.spec.data import Data
from resnet_spec.workflow.choose_reference import choose_reference
from resnet_spec.workflow.convert_network import Via, convert_network
from resnet_spec.workflow.data_section import data_section
from resnet_spec.write_atomically import write_atomically


def export_network(
    compiled: Compiled,
    weights: Mapping[str, np.ndarray],
    class_names: Sequence[str],
    images: Images,
    target: Path,
    *,
    via: Via = "graph",
) -> Verification:
    """Convert, verify on test images, describe, and only then put the file in place.

    Args:
        compiled: the network.
        weights: arrays by path name.
        class_names: one an output, in order.
        images: real ones, of the test split, (images, height, width, channels).
        target: the file to write.
        via: who writes it.

    Raises:
        CheckFailed: the file is not valid, or its logits differ from the original's; nothing is at `target` that was
            not.
    """
    data = data_section(compiled)
    content = convert_network(compiled, data, weights, via)
    original = choose_reference(compiled, data, weights)
    verification = verify_onnx(content, original.run, _sample(images), against=original.name)
    write_atomically(target, write_description(content, _description(compiled, data, class_names), verification))
    return verification


def _sample(images: Images, most: int = 256) -> np.ndarray:
    """Take images from all over the split, which is sorted by class."""
    chosen: np.ndarray = images[np.linspace(0, len(images) - 1, min(most, len(images))).astype(int)]
    return chosen


def _description(compiled: Compiled, data: Data, class_names: Sequence[str]) -> Description:
    return Description(compiled.text, tuple(class_names), compiled.spec.model.input.shape, data.resize, __version__)
