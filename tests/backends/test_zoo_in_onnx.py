"""Every shipped network, made small, is the same in our file, in tf2onnx's, in Keras and in plain NumPy."""

from __future__ import annotations

import re
from functools import cache

import numpy as np
import pytest

from resnet_spec.backends.to_numpy import to_numpy
from resnet_spec.backends.to_onnx import to_onnx
from resnet_spec.compile import compile_spec
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.run_session import run_session
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.ir import dump
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.passes.take_logits import take_logits

WIDEST = 64
PIXELS = Normalize((0.017,), (-2.1,))


def small(name):
    """Take a spec with the fewest blocks and pixels that keep its kinds of layer: two blocks a stage."""
    whole = compile_spec(name)
    side, channels = (32, 3) if whole.spec.model.input.shape[0] <= 32 else (64, 3)
    if whole.spec.model.input.shape[2] == 1:
        side, channels = whole.spec.model.input.shape[0], 1
    pools = [f"model.head[{place}].avg_pool.pool_size={side // 4}" for place, layer in enumerate(whole.spec.model.head)
             if layer.tag == "avg_pool"]  # fmt: skip
    fewer = set()
    for place, stage in enumerate(whole.spec.model.stages):
        fewer.add(f"model.{'parameters.n' if stage.blocks.names else f'stages[{place}].blocks'}=2")
        if not stage.filters.names and int(stage.filters.text) > WIDEST:
            fewer.add(f"model.stages[{place}].filters={WIDEST}")
    return compile_spec(name, [*sorted(fewer), *pools, f"model.input.shape=[{side}, {side}, {channels}]", "expect={}"])


@cache
def kinds():
    """Group the specs by the layers that are left of them: depth and width alone make no new kind."""
    found = {}
    for name in shipped_specs():
        graph = small(name).graph
        text = re.sub(r"filters=\d+|-> [\dx]+|units=\d+", "", dump(graph))
        found.setdefault(text, []).append((sum(node.params for node in graph), name))
    return [[name for _, name in sorted(names)] for names in found.values()]


def trained(graph):
    """Draw weights as they are after a training: kernels that keep their input's size, and norms near one."""
    random = np.random.default_rng(0)
    arrays = {}
    for name, shape in graph.weight_shapes().items():
        values, kind = random.standard_normal(shape, np.float32), name.rpartition(".")[2]
        if kind == "kernel":
            arrays[name] = values * np.float32(np.sqrt(1 / np.prod(shape[:-1])))
        else:
            arrays[name] = 1 + values**2 / 5 if kind in ("gamma", "moving_variance") else values / 5
    return arrays


def seen(images):
    """Normalise as PIXELS does."""
    return images.astype(np.float32) * np.float32(PIXELS.scale[0]) + np.float32(PIXELS.offset[0])


def in_keras(graph, weights):
    """Give a function from pixels to logits."""
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    model = to_keras(graph)
    set_weights(model, graph, weights)
    return lambda images: np.asarray(model(seen(images), training=False))


@pytest.mark.slow
def test_every_shipped_network_is_the_same_for_all_witnesses():
    from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

    assert sum(map(len, kinds())) == len(shipped_specs())
    for names in kinds():
        compiled = small(names[0])
        graph, channels = take_logits(compiled.graph), compiled.spec.model.input.shape[2]
        weights = trained(graph)
        pixels = Normalize(PIXELS.scale * channels, PIXELS.offset * channels)
        deployable = make_deployable(compiled.graph, pixels)
        images = np.random.default_rng(1).integers(0, 256, (2, *graph.input.shape)).astype(np.uint8)
        reference = in_keras(graph, weights)
        keras, (plain,) = reference(images), to_numpy(graph, weights)(seen(images))
        scale = max(1.0, float(np.abs(keras).max()))
        theirs, _ = run_session(open_session(to_onnx_via_tf2onnx(deployable, weights, opset=17)), images, 2)
        for found in (plain, theirs):
            assert np.abs(found - keras).max() <= 1e-4 * scale, names
        ours = to_onnx(deployable, weights, opset=17)
        assert verify_onnx(ours, reference, images).max_relative <= 1e-4, names


@pytest.mark.parametrize("name", ["quickstart", "seresnet18", "preresnet18"])
def test_a_shipped_network_passes_verification(name):
    compiled = small(name)
    graph = take_logits(compiled.graph)
    weights, channels = trained(graph), compiled.spec.model.input.shape[2]
    pixels = Normalize(PIXELS.scale * channels, PIXELS.offset * channels)
    content = to_onnx(make_deployable(compiled.graph, pixels), weights, opset=17)
    images = np.random.default_rng(1).integers(0, 256, (2, *graph.input.shape)).astype(np.uint8)
    plain = to_numpy(graph, weights)
    assert verify_onnx(content, lambda x: plain(seen(x))[0], images).max_relative <= 1e-4
