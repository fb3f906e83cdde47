"""Trained weights -> an ONNX file in smaller numbers that classifies nearly as well as in float32, or no file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.data.dataset import Dataset
from resnet_spec.data.spread_over_classes import spread_over_classes
from resnet_spec.deploy.precision import CALIBRATION_IMAGES, MAX_DROP, Precision, Reduction
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.reduce_precision import reduce_precision
from resnet_spec.deploy.verification import Verification
from resnet_spec.deploy.verify_resize import verify_resize
from resnet_spec.deploy.write_description import write_description
from resnet_spec.workflow.convert_network import Via
from resnet_spec.workflow.data_section import data_section
from resnet_spec.workflow.export_network import export_network
from resnet_spec.write_atomically import write_atomically


def export_smaller(
    compiled: Compiled,
    weights: Mapping[str, np.ndarray],
    dataset: Dataset,
    target: Path,
    precision: Precision,
    *,
    calibration_images: int = CALIBRATION_IMAGES,
    max_drop: float = MAX_DROP,
    via: Via = "graph",
) -> tuple[Verification, Reduction]:
    """Export in float32 as ever, convert that, score both on the test images, and only then put the file in place.

    Args:
        compiled: the network.
        weights: arrays by path name.
        dataset: training images to calibrate with, test images to score on.
        target: the file to write.
        precision: what to convert to.
        calibration_images: how many training images; the first of every class, then the second, and so on.
        max_drop: points of accuracy that it may lose.
        via: who writes the float32 network.

    Raises:
        CheckFailed: a network is not valid or not the trained one, or the smaller one lost too much; nothing is at
            `target` that was not.
    """
    with TemporaryDirectory() as folder:
        path = Path(folder, "float32.onnx")
        verification = export_network(compiled, weights, dataset.class_names, dataset.test.images, path, via=via)
        network = read_network(path)
    form = network.description.form
    chosen = spread_over_classes(dataset.train.labels, calibration_images)
    content, reduction = reduce_precision(
        network.content,
        precision,
        calibration=dataset.train.images[chosen],
        test=dataset.test,
        max_drop=max_drop,
        form=form,
    )
    if form.resizes:
        verify_resize(content, dataset.test.images[:1], data_section(compiled).resize, form)
    write_atomically(target, write_description(content, network.description, verification, reduction))
    return verification, reduction
