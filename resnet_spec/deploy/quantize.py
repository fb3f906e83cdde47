"""A verified float32 network and training images -> the same network with its arithmetic in 8-bit integers.

Enters: a network whose batch norm is folded, and images to read the ranges of its activations from. Leaves: bytes of a
network of standard ONNX operators, with pairs of QuantizeLinear and DequantizeLinear that a runtime replaces by integer
kernels. Whether it is still good enough is `hold_accuracy`'s work.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.find_resizing import find_resizing
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.free_outputs import free_outputs
from resnet_spec.deploy.interface import INPUT, LOGITS, RESIZED
from resnet_spec.deploy.name_nodes import name_nodes
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.take_pixels import take_pixels

if TYPE_CHECKING:
    import onnx

BATCH = 16
WEIGHTED = frozenset({"Conv", "Gemm", "MatMul"})
# onnxruntime has no integer kernel for them: their pairs would only cost accuracy and bytes.
KEPT = frozenset({"BatchNormalization", "InstanceNormalization"})
# What moves pixels and leaves their values as they are.
MOVES = frozenset({"Cast", "Flatten", "Identity", "Reshape", "Transpose"})
PIXELS = {"rmin": np.float32(0), "rmax": np.float32(255)}
INFERRED = "onnx.quant.pre_process"  # how onnxruntime is told that shapes are inferred, which they are


def quantize(content: bytes, images: NDArray[np.uint8], *, signed: bool = False, form: Form = PLAIN) -> bytes:
    """Quantize convolutions, dense layers and everything between them; preprocessing and softmax stay in float32.

    Logits are float32, so that no two classes are tied by rounding: a dense layer takes integers all the same.

    Args:
        content: the float32 network.
        images: of the training data, (images, height, width, channels), at least one; the same give the same bytes.
        signed: whether activations are kept around zero, and not as 0..255: see `Precision`.
        form: what the network takes.
    """
    import onnx
    from onnxruntime.quantization import CalibrationMethod, QuantFormat, QuantType, quantize_static

    model = parse_onnx(content)
    logits = _logits(model)
    onnx.helper.set_model_props(model, {INFERRED: "onnxruntime.quant"})
    name_nodes(model)
    with TemporaryDirectory() as folder:
        path = Path(folder, "int8.onnx")
        quantize_static(
            model,
            path,
            _Reader(images, form),
            quant_format=QuantFormat.QDQ,
            calibrate_method=CalibrationMethod.MinMax,
            activation_type=QuantType.QInt8 if signed else QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            per_channel=True,
            nodes_to_exclude=sorted(_left_alone(model)),
            extra_options={
                "ActivationSymmetric": signed,
                "ForceQuantizeNoInputCheck": True,
                "OpTypesToExcludeOutputQuantization": ["Gemm", "MatMul"],
                # Known without looking: the brightest pixel of these images need not be white.
                "TensorQuantOverrides": {name: [PIXELS] for name in _pixels(model)},
            },
        )
        quantized = onnx.load(path)
    free_outputs(quantized, logits)
    del quantized.metadata_props[:]
    written: bytes = quantized.SerializeToString(deterministic=True)
    return written


class _Reader:
    """Gives onnxruntime the images, a batch at a time."""

    def __init__(self, images: NDArray[np.uint8], form: Form) -> None:
        starts = range(0, len(images), BATCH)
        self._batches = (take_pixels(images[start : start + BATCH], form) for start in starts)

    def get_next(self) -> dict[str, NDArray[Any]] | None:
        return next(({INPUT: batch} for batch in self._batches), None)


def _pixels(model: onnx.ModelProto) -> list[str]:
    """Name the tensors that hold pixels, value for value."""
    names = [INPUT, *([RESIZED] if find_resizing(model.graph.node) else [])]
    for node in model.graph.node:
        if node.op_type in MOVES and node.input[0] in names:
            names.append(node.output[0])
    return names


def _left_alone(model: onnx.ModelProto) -> set[str]:
    """Name the nodes before the first layer with weights and after the last, and those without an integer kernel."""
    resizing = find_resizing(model.graph.node)
    nodes = [node for node in model.graph.node if node.name not in resizing]
    after = _from_weights(nodes, reads="input", gives="output")
    before = _from_weights(reversed(nodes), reads="output", gives="input")
    return resizing | {node.name for node in nodes if node.name not in after & before or node.op_type in KEPT}


def _logits(model: onnx.ModelProto) -> set[str]:
    """Name the tensors that hold the logits, value for value, back to the layer that makes them."""
    makers = {name: node for node in model.graph.node for name in node.output}
    names = {LOGITS}
    last = makers.get(LOGITS)
    while last is not None and last.op_type in MOVES:
        names.add(last.input[0])
        last = makers.get(last.input[0])
    return names


def _from_weights(nodes: Iterable[onnx.NodeProto], *, reads: str, gives: str) -> set[str]:
    """Name the layers with weights and all nodes that come after one, in the order that is walked."""
    names: set[str] = set()
    tensors: set[str] = set()
    for node in nodes:
        if node.op_type in WEIGHTED or tensors.intersection(getattr(node, reads)):
            names.add(node.name)
            tensors.update(getattr(node, gives))
    return names
