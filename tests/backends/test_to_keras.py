"""Keras is the second witness of shapes, counts and names."""

import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings

from resnet_spec.compile import compile_spec, compile_text
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.compile.write_yaml import write_yaml
from resnet_spec.diagnostic import CheckFailed
from resnet_spec.ir import Graph
from resnet_spec.passes.layer_table import layer_table

sys.path.insert(0, str(Path(__file__).parents[1]))
from strategies import specs


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name == "resnet1202" else ()) for name in shipped_specs()]
)
def test_a_shipped_spec_builds_as_we_count_it(name):
    from resnet_spec.backends.check_keras import check_keras
    from resnet_spec.backends.to_keras import to_keras

    graph = compile_spec(name).graph
    model = to_keras(graph)
    check_keras(model, graph)
    rows = layer_table(graph)
    assert [layer.name for layer in model.layers] == [row.name for row in rows]
    assert [type(layer).__name__ for layer in model.layers] == [row.type for row in rows]


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(spec=specs())
def test_a_random_spec_builds_as_we_count_it(spec):
    from resnet_spec.backends.check_keras import check_keras
    from resnet_spec.backends.to_keras import to_keras

    graph = compile_text(write_yaml(spec), "random.yaml").graph
    model = to_keras(graph)
    check_keras(model, graph)
    assert [layer.name for layer in model.layers] == [row.name for row in layer_table(graph)]


def test_the_witness_speaks_up():
    from resnet_spec.backends.check_keras import check_keras
    from resnet_spec.backends.to_keras import to_keras

    graph = compile_spec("quickstart").graph
    dense = graph.nodes[-1]
    wrong = Graph((*graph.nodes[:-1], replace(dense, op=replace(dense.op, use_bias=False))), graph.outputs)
    with pytest.raises(CheckFailed, match="Keras says"):
        check_keras(to_keras(graph), wrong)


def test_first_weights_follow_from_the_seed_and_the_name_alone():
    from resnet_spec.backends.keras_weights import get_weights
    from resnet_spec.backends.to_keras import to_keras

    graph = compile_spec("quickstart").graph
    one, same, other = (get_weights(to_keras(graph, seed=seed), graph) for seed in (1, 1, 2))
    assert all(np.array_equal(one[name], same[name]) for name in one)
    kernels = [name for name in one if name.endswith("kernel")]
    assert not any(np.array_equal(one[name], other[name]) for name in kernels)
    assert one.keys() == graph.weight_shapes().keys()


def test_symmetric_padding_is_pytorchs():
    """A 3x3 maximum over a row of falling numbers, stride 2, padding 1: worked out by hand."""
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.ir import GraphBuilder
    from resnet_spec.ir.ops import Input, MaxPool, Pad

    builder = GraphBuilder()
    image = builder.add("input", Input((4, 4, 1)))
    padded = builder.add("pad", Pad((1, 1), "lowest"), image)
    graph = builder.graph(builder.add("pool", MaxPool((3, 3), (2, 2)), padded))
    values = -np.arange(1.0, 17.0, dtype=np.float32).reshape(1, 4, 4, 1)
    found = np.asarray(to_keras(graph)(values))[0, :, :, 0]
    assert found.tolist() == [[-1.0, -2.0], [-5.0, -6.0]]


def test_a_pad_shortcut_pads_channels():
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.ir import GraphBuilder
    from resnet_spec.ir.ops import Input, PadChannels

    builder = GraphBuilder()
    image = builder.add("input", Input((2, 3, 2)))
    graph = builder.graph(builder.add("pad", PadChannels(1, 2), image))
    values = np.random.default_rng(0).normal(size=(1, 2, 3, 2)).astype(np.float32)
    assert np.array_equal(np.asarray(to_keras(graph)(values)), np.pad(values, [(0, 0)] * 3 + [(1, 2)]))
