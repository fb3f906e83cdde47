"""What is written is what is read, and the graph is not touched."""

from __future__ import annotations

import dataclasses
import json

import onnx
import pytest

from resnet_spec.deploy.description import Description
from resnet_spec.deploy.read_description import read_description
from resnet_spec.deploy.verification import Verification
from resnet_spec.deploy.write_description import write_description


def figures(seconds=1.0):
    return Verification(256, (1, 2, 7, 32), 1e-6, 1e-7, "real image 3", 1e-4, 1.0, 0, {"Conv": 1}, 17, seconds, "Keras")


def test_round_trip_of_any_text(tiny):
    description = Description("name: 'Tĕst <script>'\n", ("a|b", "<b>", "日本", '"'), (6, 5, 3), "crop", "9.9")
    content = write_description(tiny.model().SerializeToString(), description, figures())
    assert read_description(onnx.load_model_from_string(content), name="x") == description


def test_graph_is_untouched_and_writing_twice_changes_nothing(tiny, description):
    model = tiny.model()
    model.metadata_props.add(key="theirs", value="kept")
    once = write_description(model.SerializeToString(), description, figures())
    assert write_description(once, description, figures()) == once
    read = onnx.load_model_from_string(once)
    assert read.graph == model.graph
    assert {pair.key for pair in read.metadata_props} >= {"theirs", "resnet_spec.spec"}


def test_figures_are_json_and_do_not_depend_on_the_clock(tiny, description):
    content = tiny.model().SerializeToString()
    written = write_description(content, description, figures(seconds=1.0))
    assert written == write_description(content, description, figures(seconds=2.0))
    pairs = {pair.key: pair.value for pair in onnx.load_model_from_string(written).metadata_props}
    assert json.loads(pairs["resnet_spec.verification"])["batches"] == [1, 2, 7, 32]


def test_old_figures_do_not_outlive_the_network_they_were_of(tiny, description):
    old = write_description(tiny.model().SerializeToString(), description, figures())
    assert b"resnet_spec.verification" in old
    assert b"resnet_spec.verification" not in write_description(old, description, None)


@pytest.mark.parametrize(("channels", "colors"), [(1, "grey"), (3, "RGB"), (4, None)])
def test_colours_are_named_where_they_are_known(channels, colors, tiny, description):
    described = dataclasses.replace(description, shape=(6, 5, channels))
    written = write_description(tiny.model().SerializeToString(), described, None)
    pairs = {pair.key: pair.value for pair in onnx.load_model_from_string(written).metadata_props}
    assert json.loads(pairs["resnet_spec.input"])["colors"] == colors
