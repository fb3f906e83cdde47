"""Only a file that this program exported is opened; the rest is refused with a reason, never a traceback."""

from __future__ import annotations

import dataclasses
import json
import os
import subprocess
import sys

import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper

from resnet_spec.deploy import parse_onnx
from resnet_spec.deploy.form import PLAIN
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.run_classifier import run_classifier
from resnet_spec.diagnostic import Code, InputError


def refusal(path, capfd, code=Code.ONNX_INVALID):
    with pytest.raises(InputError) as caught:
        open_classifier(path)
    (diagnostic,) = caught.value.diagnostics
    assert caught.value.exit_code == 3
    assert diagnostic.code == code
    assert str(path) in diagnostic.message
    assert "\n" not in diagnostic.message
    assert diagnostic.help
    assert capfd.readouterr() == ("", "")
    return diagnostic.message


def external(tensor):
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")
    return tensor


def secret():
    return external(TensorProto(name="secret", data_type=TensorProto.FLOAT, dims=[1]))


def test_opens_what_was_exported(tiny, ship, description, images):
    classifier = open_classifier(ship(tiny.model()), threads=1)
    assert classifier.description == description
    logits, probabilities = run_classifier(classifier, images, batch_size=7)
    np.testing.assert_allclose(logits, tiny.logits(images), atol=1e-5)
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-6)


def test_spec_is_recovered_without_loading(tiny, ship, description):
    assert read_network(ship(tiny.model())).description.spec == description.spec


def test_missing_file(tmp_path, capfd):
    message = refusal(tmp_path / "no.onnx", capfd, Code.DATA_NOT_FOUND)
    assert "no such file" in message


def test_directory(tmp_path, capfd):
    assert "is a directory" in refusal(tmp_path, capfd)


def test_pipe_does_not_hang(tmp_path, capfd):
    os.mkfifo(tmp_path / "pipe.onnx")
    assert "not a regular file" in refusal(tmp_path / "pipe.onnx", capfd)


@pytest.mark.parametrize(
    "content", [b"", b"<!DOCTYPE html><html></html>", bytes(range(256)) * 9, b"\x08\x08", b"\x00\x00\x00\x00ORTM"]
)
def test_not_onnx(content, tmp_path, capfd):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    assert "is not an ONNX network" in refusal(path, capfd)


def test_network_that_could_pass_for_another_format_is_still_read_as_onnx(tiny, ship):
    path = ship(tiny.model())
    path.write_bytes(b"\x12\x08abORTMcd" + path.read_bytes())  # where onnxruntime looks for its own format's mark
    assert open_classifier(path)


def test_every_truncation_is_refused(tiny, ship, capfd):
    path = ship(tiny.model())
    whole = path.read_bytes()
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        refusal(path, capfd)


def test_too_large(tiny, ship, capfd, monkeypatch):
    path = ship(tiny.model())
    with path.open("ab") as stream:
        stream.truncate(parse_onnx.MAX_ONNX_BYTES + 1)  # sparse: takes no room
    assert "larger than 2,048 MiB" in refusal(path, capfd)


def test_external_initializer(tiny, ship, capfd):
    model = tiny.model()
    external(model.graph.initializer[2])
    assert "tensor `kernel` in another file" in refusal(ship(model), capfd)


def test_external_data_in_every_hiding_place(tiny, ship, capfd):
    body = helper.make_graph([helper.make_node("Constant", [], ["x"], value=secret())], "body", [], [])
    model = tiny.model()
    sparse = tiny.model()
    sparse.graph.sparse_initializer.add().values.CopyFrom(secret())
    function = tiny.model()
    function.functions.add(name="f").node.add(op_type="Constant").attribute.add(name="value").t.CopyFrom(secret())
    many = tiny.model()
    many.graph.node[0].attribute.add(name="all").tensors.add().CopyFrom(secret())
    without_location = tiny.model()
    without_location.graph.node[0].attribute.add(name="t").t.external_data.add(key="location", value="x")
    without_location.graph.node[0].attribute[0].t.name = "secret"
    model.graph.node[0].attribute.append(helper.make_attribute("then_branch", body))
    for hidden in (model, sparse, function, many, without_location):
        assert "tensor `secret` in another file" in refusal(ship(hidden), capfd)


def test_custom_domains(tiny, ship, capfd):
    declared, used, in_function = tiny.model(), tiny.model(), tiny.model()
    declared.opset_import.add(domain="com.evil", version=1)
    used.graph.node[0].domain = "com.evil"
    in_function.functions.add(name="f", domain="com.evil")
    for model in (declared, used, in_function):
        assert "custom operator domain `com.evil`" in refusal(ship(model), capfd)


def test_unused_declaration_that_tf2onnx_writes_is_let_in(tiny, ship):
    model = tiny.model()
    model.opset_import.add(domain="ai.onnx.ml", version=2)
    assert open_classifier(ship(model))


def test_used_classical_ml_operator_is_refused(tiny, ship, capfd):
    model = tiny.model()
    model.opset_import.add(domain="ai.onnx.ml", version=2)
    model.graph.node[0].domain = "ai.onnx.ml"
    assert "custom operator domain `ai.onnx.ml`" in refusal(ship(model), capfd)


def loop_without_end(model):
    none, boolean, number = (helper.make_tensor_value_info(*each, []) for each in (("i", 7), ("go", 9), ("v", 1)))
    body = helper.make_graph(
        [helper.make_node("Identity", ["go"], ["on"]), helper.make_node("Add", ["v", "v"], ["twice"])],
        "body",
        [none, boolean, number],
        [helper.make_tensor_value_info("on", 9, []), helper.make_tensor_value_info("twice", 1, [])],
    )
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array(2**62), "trips"))
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.float32(0), "start"))
    model.graph.node.append(helper.make_node("Loop", ["trips", "", "start"], ["end"], body=body))


def branches(model):
    graph = helper.make_graph([helper.make_node("Identity", ["image"], ["same"])], "same", [], [])
    model.graph.node[0].attribute.append(helper.make_attribute("all", [graph, graph]))


def function(model):
    model.functions.add(name="f").node.add(op_type="Identity")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (loop_without_end, "uses control flow: an operator's `body` is a graph of its own"),
        (branches, "uses control flow: an operator's `all` is a graph of its own"),
        (function, "defines the function `f`"),
    ],
)
def test_control_flow(spoil, said, tiny, ship, capfd):
    model = tiny.model()
    spoil(model)
    assert said in refusal(ship(model), capfd)


def test_without_metadata(tiny, ship, capfd):
    assert "no `resnet_spec.version`" in refusal(ship(tiny.model(), None), capfd)


def tampered(path, key, value):
    model = onnx.load_model_from_string(path.read_bytes())
    (pair,) = (pair for pair in model.metadata_props if pair.key == key)
    pair.value = value
    path.write_bytes(model.SerializeToString())
    return path


def test_spec_that_was_changed(tiny, ship, capfd):
    path = tampered(ship(tiny.model()), "resnet_spec.spec", "name: other\n")
    assert "does not match its own hash" in refusal(path, capfd)


@pytest.mark.parametrize("value", ["", "[", "{}", "[]", "[1]", "[" * 100_000, "9" * 5000, "null", r'["\ud800"]'])
def test_garbled_class_names(value, tiny, ship, capfd):
    path = tampered(ship(tiny.model()), "resnet_spec.class_names", value)
    assert "`resnet_spec.class_names` that cannot be understood" in refusal(path, capfd)


def test_a_class_that_is_named_twice(tiny, ship, capfd):
    path = tampered(ship(tiny.model()), "resnet_spec.class_names", json.dumps(["cat"] * 7))
    assert "names a class twice" in refusal(path, capfd)


def test_a_class_whose_name_is_not_utf8(tiny, ship):
    names = ["caf\udce9", *"abcdef"]
    path = tampered(ship(tiny.model()), "resnet_spec.class_names", json.dumps(names))
    assert read_network(path).description.class_names == tuple(names)


@pytest.mark.parametrize("value", ["", "[", "{}", "[]", '["other"]', "null"])
def test_garbled_outputs(value, tiny, ship, capfd):
    path = tampered(ship(tiny.model()), "resnet_spec.outputs", value)
    assert "`resnet_spec.outputs` that cannot be understood" in refusal(path, capfd)


@pytest.mark.parametrize(
    "said",
    [{"dtype": "uint8"}, {"data_format": "channels_first"}, {"resizes": True}],
    ids=lambda said: next(iter(said)),
)
def test_a_form_that_is_not_the_networks(said, tiny, ship, description, capfd):
    refusal(ship(tiny.model(), dataclasses.replace(description, form=dataclasses.replace(PLAIN, **said))), capfd)


@pytest.mark.parametrize(
    "change",
    [{"height": 0}, {"height": 8193}, {"width": 3_000_000_000}, {"width": "5"}, {"channels": True},
     {"resize": "warp"}, {"resize": []}, {"dtype": "int8"}, {"data_format": 1}, {"resizes": "yes"}],
)  # fmt: skip
def test_garbled_input(change, tiny, ship, capfd):
    good = {"height": 6, "width": 5, "channels": 3, "resize": "none"}
    path = tampered(ship(tiny.model()), "resnet_spec.input", json.dumps(good | change))
    assert "`resnet_spec.input` that cannot be understood" in refusal(path, capfd)


def test_two_descriptions(tiny, ship, capfd):
    path = ship(tiny.model())
    model = onnx.load_model_from_string(path.read_bytes())
    model.metadata_props.add(key="resnet_spec.class_names", value='["x"]')
    path.write_bytes(model.SerializeToString())
    assert "two descriptions" in refusal(path, capfd)


def test_description_of_another_network(tiny, ship, description, capfd):
    other_size = dataclasses.replace(description, shape=(6, 6, 3))
    assert "images of (6, 6, 3), but takes (6, 5, 3)" in refusal(ship(tiny.model(), other_size), capfd)
    fewer = dataclasses.replace(description, class_names=("a", "b"))
    assert "names 2 classes, but gives 7" in refusal(ship(tiny.model(), fewer), capfd)


def test_graph_that_onnxruntime_refuses(tiny, ship, capfd):
    model = tiny.model()
    model.graph.node[4].op_type = "NoSuchOperator"
    assert "does not load in onnxruntime" in refusal(ship(model), capfd)


def test_name_that_is_not_text(tiny, ship, capfd):
    path = ship(tiny.model())
    path.write_bytes(path.read_bytes().replace(b"pooled", b"p\xffoled"))
    assert "is not UTF-8 text" in refusal(path, capfd)


def test_refusal_of_onnxruntime_that_quotes_bytes(tiny, ship, capfd):
    model = tiny.model()
    model.graph.node[3].attribute.append(helper.make_attribute("auto_pad", b"\xff\xfe"))
    assert "does not load in onnxruntime" in refusal(ship(model), capfd)


def test_damaged_files_end_in_a_refusal_or_in_numbers(tiny, ship, images, capfd):
    path = ship(tiny.model())
    whole = path.read_bytes()
    random = np.random.default_rng(0)
    refused = 0
    for _ in range(400):
        damaged = bytearray(whole)
        damaged[random.integers(len(whole))] = random.integers(256)
        path.write_bytes(damaged)
        try:
            run_classifier(open_classifier(path, threads=1), images[:2])
        except InputError:
            refused += 1
    assert 100 < refused < 400
    assert capfd.readouterr() == ("", "")


def test_network_that_stops_while_running(tiny, ship, images, capfd):
    model = tiny.model()
    shape = onnx.numpy_helper.from_array(np.array([3, -1], np.int64), "three")
    model.graph.initializer.append(shape)
    model.graph.node[6].CopyFrom(helper.make_node("Reshape", ["pooled", "three"], ["flat"]))
    classifier = open_classifier(ship(model))
    with pytest.raises(InputError) as caught:
        run_classifier(classifier, images[:2])
    assert caught.value.diagnostics[0].code == Code.ONNX_INVALID


def test_never_needs_tensorflow(tiny, ship, images):
    script = (
        "import sys\n"
        "import resnet_spec.deploy.evaluate, resnet_spec.deploy.predict, resnet_spec.deploy.verify_onnx\n"
        "heavy = {'onnx', 'onnxruntime', 'sklearn', 'tensorflow', 'keras'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "from resnet_spec.deploy.open_classifier import open_classifier\n"
        "open_classifier(sys.argv[1])\n"
        "assert not {'tensorflow', 'keras'} & set(sys.modules)\n"
    )
    path = ship(tiny.model())
    subprocess.run(
        [sys.executable, "-c", script, str(path)],
        check=True,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
    )
