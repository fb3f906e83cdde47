"""A compiled spec and weights -> the bytes of an ONNX file, unverified."""

from __future__ import annotations

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Literal

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.diagnostic import Code, Diagnostic, InputError, SpecErrors
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.spec.data import Data
from resnet_spec.spec.export import ExportInput

Via = Literal["graph", "tf2onnx"]
"""Who writes the file: we, from the graph; or Keras and tf2onnx."""


def convert_network(compiled: Compiled, data: Data, weights: Mapping[str, np.ndarray], via: Via = "graph") -> bytes:
    """Convert the network that ships: with its normalisation, from logits to probabilities.

    Raises:
        CheckFailed: tf2onnx could not convert it.
        InputError: tf2onnx, or what it needs, is not installed.
        SpecErrors: the spec asks for a file that tf2onnx does not write.
    """
    graph = make_deployable(compiled.graph, _normalize_op(data, compiled.spec.model.input.shape[2]))
    opset = compiled.spec.export.opset
    if via == "graph":
        from resnet_spec.backends.to_onnx import Pixels, to_onnx

        taken = compiled.spec.export.input
        resize = data.resize if taken.resize == "file" and data.resize != "none" else None
        pixels = Pixels(taken.dtype, taken.data_format, resize)
        return to_onnx(graph, weights, opset=opset, name=compiled.spec.name, pixels=pixels)
    _check_plain(compiled)
    _prepare_tf2onnx()
    from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

    return to_onnx_via_tf2onnx(graph, weights, opset=opset)


def _check_plain(compiled: Compiled) -> None:
    if compiled.spec.export.input != ExportInput():
        span = compiled.document.key_span(("export", "input"))
        message = "through tf2onnx the file takes float32, channels last, of the input's size"
        help = "leave out `--via`, or set `export.input={}`"
        raise SpecErrors(Diagnostic(Code.CONFLICT, message, span, help))


def _prepare_tf2onnx() -> None:
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    if find_spec("tf2onnx") is None:
        message = "tf2onnx is not installed"
        help = "pip install 'resnet-spec[train]', or leave out `--via`: our own exporter needs neither"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))


def _normalize_op(data: Data, channels: int) -> Normalize:
    scale, offset = scale_and_offset(data.normalize, channels)
    return Normalize(tuple(map(float, scale)), tuple(map(float, offset)), data.normalize.channel_order)
