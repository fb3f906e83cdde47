"""A tiny classifier, made node by node in ONNX and once more in NumPy: two witnesses of the same arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from resnet_spec.backends.to_onnx import to_onnx
from resnet_spec.compile import Compiled
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.write_description import write_description
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable

SHAPE = (6, 5, 3)
CLASS_NAMES = ("ant", "bee", "cat", "dog", "eel", "fox", "gnu")
SPEC = "name: tiny\nmodel: {classes: 7}\n"


@dataclass
class Tiny:
    """(image / 255 - 0.5) -> 1x1 convolution -> relu -> mean over the image -> dense -> softmax."""

    kernel: np.ndarray = field(default_factory=lambda: _weights((4, 3), 1))
    dense: np.ndarray = field(default_factory=lambda: _weights((4, 7), 2) * 3)
    bias: np.ndarray = field(default_factory=lambda: _weights((7,), 3))

    def logits(self, images: np.ndarray) -> np.ndarray:
        scaled = images.astype(np.float32) / 255 - 0.5
        features = np.maximum(np.einsum("bhwc,fc->bhwf", scaled, self.kernel), 0)
        return features.mean(axis=(1, 2)) @ self.dense + self.bias

    def model(self, batch: object = "batch") -> onnx.ModelProto:
        tensors = {
            "white": np.float32(255),
            "half": np.float32(0.5),
            "kernel": self.kernel[:, :, None, None],
            "dense": self.dense,
            "bias": self.bias,
        }
        graph = helper.make_graph(
            [
                helper.make_node("Div", ["image", "white"], ["unit"]),
                helper.make_node("Sub", ["unit", "half"], ["centred"]),
                helper.make_node("Transpose", ["centred"], ["nchw"], perm=[0, 3, 1, 2]),
                helper.make_node("Conv", ["nchw", "kernel"], ["convolved"]),
                helper.make_node("Relu", ["convolved"], ["active"]),
                helper.make_node("GlobalAveragePool", ["active"], ["pooled"]),
                helper.make_node("Flatten", ["pooled"], ["flat"]),
                helper.make_node("Gemm", ["flat", "dense", "bias"], ["logits"]),
                helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
            ],
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, [batch, *SHAPE])],
            [
                helper.make_tensor_value_info("logits", TensorProto.FLOAT, [batch, 7]),
                helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, [batch, 7]),
            ],
            [numpy_helper.from_array(np.asarray(value, np.float32), name) for name, value in tensors.items()],
        )
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def _weights(shape: tuple[int, ...], seed: int) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.fixture
def tiny() -> Tiny:
    return Tiny()


@pytest.fixture
def description() -> Description:
    return Description(SPEC, CLASS_NAMES, SHAPE, "none", "0.1.0")


@pytest.fixture
def images() -> np.ndarray:
    return np.random.default_rng(4).integers(0, 256, (40, *SHAPE), dtype=np.uint8)


@pytest.fixture
def ship(tmp_path: Path, description: Description) -> Callable[..., Path]:
    """Write a model, with its description unless told otherwise, and give the path."""

    def ship_it(model: onnx.ModelProto, described: Description | None = description) -> Path:
        content = model.SerializeToString()
        path = tmp_path / "model.onnx"
        path.write_bytes(content if described is None else write_description(content, described, None))
        return path

    return ship_it


@pytest.fixture
def ship_spec(tmp_path: Path) -> Callable[..., Path]:
    """Write the ONNX file of a compiled spec with weights that nothing is special about, and give the path."""

    def ship_it(compiled: Compiled, name: str = "network.onnx") -> Path:
        random = np.random.default_rng(0)
        weights = {key: _drawn(key, shape, random) for key, shape in compiled.graph.weight_shapes().items()}
        classes = tuple(f"class{index}" for index in range(compiled.spec.model.classes))
        described = Description(compiled.text, classes, compiled.spec.model.input.shape, "none", "0.1.0")
        channels = compiled.spec.model.input.shape[2]
        graph = make_deployable(compiled.graph, Normalize((1 / 255,) * channels, (0.0,) * channels, "rgb"))
        path = tmp_path / name
        path.write_bytes(write_description(to_onnx(graph, weights, opset=17), described, None))
        return path

    return ship_it


def _drawn(name: str, shape: tuple[int, ...], random: np.random.Generator) -> np.ndarray:
    values = random.standard_normal(shape, np.float32)
    match name.rpartition(".")[2]:
        case "kernel":
            return values * np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        case "moving_variance":
            return np.ones(shape, np.float32)
        case "gamma":
            return 1 + values / 10
        case _:
            return values / 10
