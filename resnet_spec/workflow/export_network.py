"""Trained weights -> a verified ONNX file, or no file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from resnet_spec import __version__
from resnet_spec.compile import Compiled
from resnet_spec.data.images import Images
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.keep_outputs import keep_outputs
from resnet_spec.deploy.verification import Verification
from resnet_spec.deploy.verify_kept import verify_kept
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.deploy.verify_resize import verify_resize
from resnet_spec.deploy.write_description import write_description
from resnet_spec.deploy.write_evaluation import write_evaluation
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
    evaluation: Mapping[str, Any] | None = None,
) -> Verification:
    """Convert, verify on test images, describe, and only then put the file in place.

    Args:
        compiled: the network.
        weights: arrays by path name.
        class_names: one an output, in order.
        images: real ones, of the test split, (images, height, width, channels).
        target: the file to write.
        via: who writes it.
        evaluation: how well these weights do on test images, if that is known.

    Raises:
        CheckFailed: the file is not valid, or its logits differ from the original's; nothing is at `target` that was
            not.
    """
    data, form, sample = data_section(compiled), _form(compiled), _sample(images)
    content = convert_network(compiled, data, weights, via)
    original = choose_reference(compiled, data, weights)
    whole = replace(form, outputs=PLAIN.outputs)
    verification = verify_onnx(content, original.run, sample, against=original.name, form=whole)
    if form.resizes:
        verify_resize(content, sample, data.resize, form)
    if form != whole:
        fewer = keep_outputs(content, form.outputs)
        verify_kept(content, fewer, sample, form)
        content = fewer
    shape = compiled.spec.model.input.shape
    description = Description(compiled.text, tuple(class_names), shape, data.resize, __version__, form)
    content = write_description(content, description, verification)
    write_atomically(target, content if evaluation is None else write_evaluation(content, evaluation))
    return verification


def _form(compiled: Compiled) -> Form:
    asked = compiled.spec.export
    outputs = PLAIN.outputs if asked.outputs == "both" else (asked.outputs,)
    return Form(asked.input.dtype, asked.input.data_format, asked.input.resize == "file", outputs)


def _sample(images: Images, most: int = 256) -> np.ndarray:
    """Take images from all over the split, which is sorted by class."""
    chosen: np.ndarray = images[np.linspace(0, len(images) - 1, min(most, len(images))).astype(int)]
    return chosen
