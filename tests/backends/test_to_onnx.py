"""What we write in ONNX computes what Keras, plain NumPy and tf2onnx's file do; a file that is wrong is found out."""

import os
import subprocess
import sys
from collections import Counter
from dataclasses import dataclass, replace
from typing import get_args

import numpy as np
import onnx
import pytest

from resnet_spec.backends import to_onnx as module
from resnet_spec.backends.to_numpy import to_numpy
from resnet_spec.backends.to_onnx import to_onnx
from resnet_spec.compile import compile_spec
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.run_session import run_session
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.diagnostic import CheckFailed
from resnet_spec.ir import Graph, ops
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.passes.take_logits import take_logits


@dataclass
class Network:
    """A network with weights that nothing is special about, and all that computes it."""

    graph: Graph
    deployable: Graph
    weights: dict[str, np.ndarray]
    pixels: Normalize
    images: np.ndarray

    def seen(self, images):
        ordered = images[..., ::-1] if self.pixels.channel_order == "bgr" else images
        return (ordered * np.array(self.pixels.scale) + np.array(self.pixels.offset)).astype(np.float32)

    def plain(self, images):
        return to_numpy(self.graph, self.weights)(self.seen(images))[0]

    def keras(self, images):
        from resnet_spec.backends.keras_weights import set_weights
        from resnet_spec.backends.to_keras import to_keras

        model = to_keras(self.graph)
        set_weights(model, self.graph, self.weights)
        return np.asarray(model(self.seen(images), training=False))

    def content(self, opset=17):
        return to_onnx(self.deployable, self.weights, opset=opset)

    def tf2onnx(self):
        from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

        return to_onnx_via_tf2onnx(self.deployable, self.weights, opset=17)


def network(compiled, offset=-1.0, order="rgb"):
    graph = take_logits(compiled.graph)
    random = np.random.default_rng(0)
    weights = {name: drawn(name, shape, random) for name, shape in graph.weight_shapes().items()}
    shape = compiled.spec.model.input.shape
    scale = tuple(np.linspace(0.01, 0.02, shape[2]).tolist())
    pixels = Normalize(scale, tuple(np.linspace(offset, offset / 2, shape[2]).tolist()), order)
    images = random.integers(0, 256, (5, *shape)).astype(np.uint8)
    return Network(graph, make_deployable(compiled.graph, pixels), weights, pixels, images)


def drawn(name, shape, random):
    values = random.standard_normal(shape, np.float32)
    match name.rpartition(".")[2]:
        case "kernel":
            return values * np.float32(np.sqrt(1 / np.prod(shape[:-1])))
        case "moving_variance":
            return 0.5 + values**2
        case "gamma":
            return 1 + values / 5
    return values / 5


def text(stem, head="global_avg_pool, dense: {activation: softmax}", shape="[15, 12, 3]", model=""):
    return f"""\
name: net
model:
  input: {{shape: {shape}}}
  classes: 5
  {model}
  blocks: {{mine: {{residual: [conv], after: [relu]}}}}
  stem: [{stem}]
  stages: [{{block: mine, filters: 8, blocks: 1}}]
  head: [{head}]
"""


NETWORKS = {
    "windows": text(
        "conv: {filters: 8, strides: 2}, norm, conv: {filters: 8, kernel_size: [3, 5], dilation_rate: 2}, "
        "conv: {filters: 12, kernel_size: 4, groups: 4, use_bias: true}, norm, "
        "conv: {filters: 8, kernel_size: 3, strides: 2, padding: symmetric}, avg_pool: {padding: same, strides: 1}"
    ),
    "valid": text("conv: {filters: 8, padding: valid}, pad: 2, conv: {filters: 8, kernel_size: 2, strides: 3}"),
    "maximum of anything": text(
        "conv: {filters: 8}, max_pool: {pool_size: 3, strides: 2, padding: symmetric}, "
        "max_pool: {pool_size: 3, strides: 2, padding: same}"
    ),
    "maximum of what is not negative": text(
        "conv: {filters: 8}, relu, max_pool: {pool_size: 3, strides: 2, padding: symmetric}"
    ),
    "maximum of a border as wide as its window": text("conv: {filters: 8}, relu, pad: 1, max_pool: {padding: same}"),
    "maximum within zeros": text("conv: {filters: 8}, pad: 1, max_pool: {pool_size: 3, strides: 1}"),
    "mean within zeros": text("conv: {filters: 8}, pad: 1, avg_pool: {pool_size: 3, strides: 2, padding: same}"),
    "a border that several read": text("conv: {filters: 8}, pad: 1", model="conv: {padding: symmetric}").replace(
        "residual: [conv]", "residual: [conv: {kernel_size: 5, padding: same}]"
    ),
    "windows larger than the image": text(
        "conv: {filters: 8}, norm, max_pool: {pool_size: 5, padding: same}", shape="[3, 4, 3]"
    ),
    "means larger than the image": text(
        "conv: {filters: 8}", "avg_pool: {pool_size: 5, padding: same}, flatten, dense", "[3, 4, 3]"
    ),
    "mirrored": text("conv: {filters: 8}, blur_pool, pad: {padding: 2, fill: reflect}, avg_pool"),
    "norms": text(
        "norm, conv: {filters: 8}, norm: layer, relu, norm: {group: {groups: 4}}, "
        "norm: {layer: {scale: false}}, norm: {group: {groups: 2, center: false}}, norm: {batch: {scale: false}}, "
        "conv: {filters: 8}, relu, norm: {batch: {center: false}}",
        head="flatten, norm, norm: layer, norm: {group: {groups: 4}}, dense: {units: 6}, norm, tanh, dense",
    ),
    "flat": text("conv: {filters: 8, strides: 2}", head="dropout: 0.5, flatten, dropout: 0.5, dense, softmax"),
    "flat and grey": text("conv: {filters: 8}", head="flatten, relu, dense", shape="[6, 7, 1]"),
    "gates": text(
        "conv: {filters: 8}, gate: [global_avg_pool: {keepdims: true}, channel_conv, sigmoid], "
        "gate: [global_avg_pool: {keepdims: true}, conv: {filters: 8, kernel_size: 1}, hard_sigmoid], "
        "gate: [conv: {filters: 8}, linear, sigmoid]"
    ),
    "channels of a vector": text(
        "conv: {filters: 8}, gate: [global_avg_pool, channel_conv, sigmoid]",
        head="global_avg_pool, channel_conv, flatten, dense",
    ),
    "channels": text("conv: {filters: 3}, pad_channels: {filters: 8}, stochastic_depth: 0.5"),
}  # fmt: skip


def test_the_networks_have_every_op(compile_text):
    found = {type(node.op) for each in NETWORKS.values() for node in network(compile_text(each)).deployable}
    assert found == set(get_args(ops.Op))


@pytest.mark.parametrize("name", NETWORKS)
def test_every_op_is_what_keras_and_numpy_compute(name, compile_text):
    net = network(compile_text(NETWORKS[name]))
    assert net.plain(net.images) == pytest.approx(net.keras(net.images), abs=1e-5)
    found = verify_onnx(net.content(), net.plain, net.images)
    assert found.max_relative <= 1e-5
    assert found.nodes.get("Transpose", 0) == (2 if name in ("norms", "flat and grey") else 1)
    assert name in ("norms", "gates") or "BatchNormalization" not in found.nodes


@pytest.mark.parametrize("names", [list(NETWORKS)[::3], list(NETWORKS)[1::3], list(NETWORKS)[2::3]])
def test_tf2onnx_writes_a_file_of_the_same_numbers(names, compile_text):
    for name in names:
        net = network(compile_text(NETWORKS[name]))
        ours, theirs = (run_session(open_session(each), net.images, 5) for each in (net.content(), net.tf2onnx()))
        for mine, other in zip(ours, theirs, strict=True):
            assert mine == pytest.approx(other, abs=1e-5)


@pytest.mark.parametrize("order", ["rgb", "bgr"])
@pytest.mark.parametrize("offset", [0.0, -1.0])
@pytest.mark.parametrize("padding", ["same", "valid"])
def test_pixels_are_scaled_inside_the_first_convolution(padding, offset, order, compile_text):
    net = network(compile_text(text(f"conv: {{filters: 8, padding: {padding}}}, norm")), offset, order)
    found = verify_onnx(net.content(), net.plain, net.images)
    assert found.max_relative <= 1e-5
    # Beside the block's own addition: where zeros stand for the mean colour, it has to be taken off before.
    assert found.nodes["Add"] == (2 if padding == "same" and offset else 1)
    assert not {"Mul", "Gather"} & set(found.nodes)


@pytest.mark.parametrize("first", ["conv: {filters: 9, groups: 3}", "norm", "relu", "max_pool"])
def test_pixels_that_others_read_are_scaled_where_they_are(first, compile_text):
    net = network(compile_text(text(f"{first}, conv: {{filters: 8}}")), order="bgr")
    assert verify_onnx(net.content(), net.plain, net.images).nodes["Gather"] == 1


@pytest.mark.parametrize("opset", range(13, 19))
def test_every_operator_set_of_the_language(opset, compile_text):
    for name in ("norms", "gates", "mirrored"):
        net = network(compile_text(NETWORKS[name]))
        assert verify_onnx(net.content(opset), net.plain, net.images).opset == opset


def test_the_seed_network_is_what_the_table_says():
    compiled = compile_spec("eip4_week4", ["model.input.shape=[16, 16, 3]", "expect={}",
                                           "model.head[0].avg_pool.pool_size=4"])  # fmt: skip
    net = network(compiled)
    model = onnx.load_from_string(net.content())
    names = {node.name for node in model.graph.node}
    assert Counter(node.op_type for node in model.graph.node) == {
        "Conv": 21, "Relu": 17, "Add": 9, "Transpose": 1, "AveragePool": 1, "Flatten": 1, "Gemm": 1, "Softmax": 1,
    }  # fmt: skip
    kept = {node.name for node in net.deployable if not isinstance(node.op, ops.BatchNorm | ops.Input)}
    assert names == {*kept, "image.channels_first"}


def test_the_same_network_gives_the_same_bytes(compile_text):
    net = network(compile_text(NETWORKS["norms"]))
    again = replace(net, weights=dict(reversed(net.weights.items())))
    assert net.content() == again.content()


def test_neither_writing_nor_the_plain_network_needs_a_framework():
    code = (
        "import sys, resnet_spec.backends.to_onnx, resnet_spec.backends.to_numpy\n"
        "assert not {'tensorflow', 'keras', 'tf2onnx', 'onnxruntime'} & set(sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    subprocess.run([sys.executable, "-c", code], check=True, env=environment)


def wrong(net, spoil, monkeypatch):
    """Write the network with one thing spoilt."""
    match spoil:
        case "perturbed":
            spoilt = net.weights["stage1.block1.conv1.kernel"].copy()
            spoilt[1, 1, 0, 0] += 0.02
            return replace(net, weights=net.weights | {"stage1.block1.conv1.kernel": spoilt}).content()
        case "dropped":
            # As if the last rectifier of the stage were forgotten.
            monkeypatch.setattr(
                "resnet_spec.passes.drop_idle._is_idle", lambda node: node.name == "stage1.block1.relu1"
            )
        case "padded as PyTorch does":
            monkeypatch.setattr(module, "window_border", lambda node: ((1, 0), (1, 0)))
    return net.content()


@pytest.mark.parametrize("spoil", ["perturbed", "dropped", "padded as PyTorch does"])
def test_a_file_that_is_wrong_is_found_out(spoil, compile_text, monkeypatch):
    net = network(compile_text(text("conv: {filters: 8, kernel_size: 3, strides: 2}, norm, relu", shape="[12, 12, 3]")))
    assert verify_onnx(net.content(), net.plain, net.images)
    with pytest.raises(CheckFailed):
        verify_onnx(wrong(net, spoil, monkeypatch), net.plain, net.images)
