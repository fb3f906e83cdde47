"""What the spec says of the file is what the file is; a file that is wrong in any way is not put in place."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib.util import find_spec

import numpy as np
import onnx
import pytest

from resnet_spec.backends import to_onnx
from resnet_spec.backends import write_resize as resizing
from resnet_spec.backends.to_numpy import to_numpy
from resnet_spec.compile import compile_text as compile_whole
from resnet_spec.data.fit_image import fit_image
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.predict_array import predict_array
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.run_classifier import run_classifier
from resnet_spec.diagnostic import CheckFailed, Code, InputError, SpecErrors
from resnet_spec.workflow import choose_reference, convert_network, export_network

SPEC = """\
name: tiny
model:
  input: {shape: [9, 8, 3]}
  classes: 3
  stem: [conv: {filters: 4, strides: 2}, norm, activation]
  stages: [{block: basic, filters: 4, blocks: 1}]
  head: [global_avg_pool, dense: {activation: softmax}]
data:
  source: {image_folder: nowhere}
  resize: crop
  normalize: {mean: [0.5, 0.4, 0.3], std: [0.2, 0.3, 0.25], channel_order: bgr}
"""
CLASSES = ("ant", "bee", "cat")


@pytest.fixture(autouse=True)
def without_keras(monkeypatch):
    monkeypatch.setattr(choose_reference, "find_spec", lambda name: None)


@pytest.fixture
def images():
    return np.random.default_rng(1).integers(0, 256, (40, 9, 8, 3)).astype(np.uint8)


def weights_of(compiled):
    random = np.random.default_rng(0)
    shapes = compiled.graph.weight_shapes()
    return {name: random.uniform(0.2, 1, shape).astype(np.float32) - 0.4 * name.endswith("kernel")
            for name, shape in shapes.items()}  # fmt: skip


@pytest.fixture
def export(tmp_path, images, compile_text):
    def export_it(*settings, target=tmp_path / "out.onnx", **options):
        compiled = compile_text(SPEC, *settings)
        found = export_network.export_network(
            compiled, weights_of(compiled), CLASSES, images, target, **options
        )  # fmt: skip
        return target, compiled, found

    return export_it


FORMS = [
    ("export.input.dtype=uint8",),
    ("export.input.data_format=channels_first", "export.outputs=logits"),
    ("export.input.dtype=uint8", "export.input.data_format=channels_first", "export.outputs=probabilities"),
    ("export.input={dtype: uint8, resize: file}",),
    ("export.input={data_format: channels_first, resize: file}", "data.resize=stretch", "export.opset=13"),
]


@pytest.mark.parametrize("settings", [(), *FORMS], ids=lambda settings: " ".join(settings) or "plain")
def test_the_file_has_the_form_that_the_spec_asks_for(settings, export, images):
    path, compiled, _ = export(*settings)
    model, asked = onnx.load(path), compiled.spec.export
    (image,), outputs = model.graph.input, [each.name for each in model.graph.output]
    assert image.type.tensor_type.elem_type == (2 if asked.input.dtype == "uint8" else 1)
    sizes = [axis.dim_value for axis in image.type.tensor_type.shape.dim[1:]]
    first, free = asked.input.data_format == "channels_first", asked.input.resize == "file"
    sides = [0, 0] if free else [9, 8]
    assert sizes == ([3, *sides] if first else [*sides, 3])
    assert outputs == (["logits", "probabilities"] if asked.outputs == "both" else [asked.outputs])
    assert sum(node.op_type == "Transpose" for node in model.graph.node) == (0 if first else 1) + free

    classifier = open_classifier(path)
    pixels = images.astype(np.float32)[..., ::-1] / 255
    seen = (pixels - np.float32([0.5, 0.4, 0.3])) / np.float32([0.2, 0.3, 0.25])
    (wanted,) = to_numpy(compiled.graph, weights_of(compiled))(seen)
    assert predict_array(classifier, images) == pytest.approx(wanted, abs=1e-5)
    logits, _ = run_classifier(classifier, images)
    assert logits - logits[:, :1] == pytest.approx(np.log(wanted / wanted[:, :1]), abs=1e-4)


@pytest.mark.parametrize(("height", "width"), [(9, 8), (30, 21), (7, 33), (5, 5), (64, 9)])
@pytest.mark.parametrize("how", ["crop", "stretch"])
def test_a_file_that_resizes_does_what_the_data_loader_does(how, height, width, export):
    from PIL import Image

    path, *_ = export(f"data.resize={how}", "export.input={dtype: uint8, resize: file}")
    picture = np.random.default_rng(2).integers(0, 256, (height, width, 3)).astype(np.uint8)
    fitted = fit_image(Image.fromarray(picture), shape=(9, 8, 3), resize=how)
    classifier = open_classifier(path)
    (itself, _), (loaded, _) = (run_classifier(classifier, each[None]) for each in (picture, fitted))
    assert itself == pytest.approx(loaded, rel=5e-3)


def test_a_file_of_bytes_takes_no_fractions(export, images):
    classifier = open_classifier(export("export.input.dtype=uint8")[0])
    assert predict_array(classifier, images.astype(np.float32)).shape == (40, 3)
    with pytest.raises(InputError, match="whole numbers"):
        predict_array(classifier, images / np.float32(2))


def test_the_file_tells_everything_about_itself(export):
    scores = {"images": 9, "accuracy": 0.5, "top5_accuracy": None, "loss": 1.25, "seconds": 3.0}
    path, compiled, found = export("export.outputs=logits", evaluation=scores)
    told = {pair.key: pair.value for pair in onnx.load(path).metadata_props}
    assert told["resnet_spec.spec_sha256"] == compiled.sha256
    assert json.loads(told["resnet_spec.class_names"]) == list(CLASSES)
    assert json.loads(told["resnet_spec.outputs"]) == ["logits"]
    taken = json.loads(told["resnet_spec.input"])
    assert taken == {
        "height": 9, "width": 8, "channels": 3, "resize": "crop", "resizes": False, "dtype": "float32",
        "data_format": "channels_last", "colors": "RGB", "values": [0, 255],
    }  # fmt: skip
    verification = json.loads(told["resnet_spec.verification"])
    assert verification["against"] == found.against == "plain NumPy"
    assert verification["images"] == 40
    assert verification["max_relative"] <= 1e-4
    assert json.loads(told["resnet_spec.evaluation"]) == {
        "images": 9, "accuracy": 0.5, "top5_accuracy": None, "loss": 1.25,
    }  # fmt: skip
    assert compile_whole(read_network(path).description.spec, "x").sha256 == compiled.sha256


def test_the_same_export_gives_the_same_bytes(export, tmp_path):
    one, *_ = export("export.outputs=probabilities")
    other, *_ = export("export.outputs=probabilities", target=tmp_path / "again.onnx")
    assert one.read_bytes() == other.read_bytes()


def test_it_is_compared_with_keras_where_keras_is(export, monkeypatch):
    # Not by `undo`, which would also leave the test's own folder, and its spec in the one where the tests were started.
    monkeypatch.setattr(choose_reference, "find_spec", find_spec)
    assert export()[2].against.startswith("Keras 3")


def perturb(monkeypatch):
    def spoilt(self, name):
        array = self.weights[f"{self.node.name}.{name}"]
        return array * np.float32(1.01) if self.node.name == "stage1.block1.conv2" else array

    monkeypatch.setattr("resnet_spec.backends.onnx_layer.OnnxLayer.weight", spoilt)


def drop(monkeypatch):
    monkeypatch.setattr("resnet_spec.passes.drop_idle._is_idle", lambda node: node.name == "stem.relu1")


def pad_evenly(monkeypatch):
    real = to_onnx.window_border
    monkeypatch.setattr(to_onnx, "window_border", lambda node: tuple(ends[::-1] for ends in real(node)))


def forget_the_mean(monkeypatch):
    real = convert_network._normalize_op
    monkeypatch.setattr(convert_network, "_normalize_op", lambda *a: replace(real(*a), offset=(0.0, 0.0, 0.0)))


def mix_the_colours(monkeypatch):
    real = convert_network._normalize_op
    monkeypatch.setattr(convert_network, "_normalize_op", lambda *a: replace(real(*a), channel_order="rgb"))


def shift_when_resizing(monkeypatch):
    real = resizing._filter

    def shrunk(layer, size, side, shrink):
        return real(layer, size, side, layer.add("Mul", shrink, layer.number(1.05)))

    monkeypatch.setattr(resizing, "_filter", shrunk)


def give_the_other_output(monkeypatch):
    real = export_network.keep_outputs

    def renamed(content, outputs):
        model = onnx.load_from_string(real(content, ("logits",)))
        model.graph.node.add(op_type="Sigmoid", input=["logits"], output=["probabilities"])
        model.graph.output[0].name = "probabilities"
        return model.SerializeToString()

    monkeypatch.setattr(export_network, "keep_outputs", renamed)


SPOILERS = [perturb, drop, pad_evenly, forget_the_mean, mix_the_colours, shift_when_resizing, give_the_other_output]


@pytest.mark.parametrize("spoil", SPOILERS)
def test_a_file_that_fails_is_not_there_and_the_one_before_it_stays(spoil, export, tmp_path, monkeypatch):
    settings = ("export.input={dtype: uint8, resize: file}", "export.outputs=probabilities")
    before = export(*settings)[0].read_bytes()
    spoil(monkeypatch)
    for name in ("out.onnx", "new.onnx"):
        with pytest.raises(CheckFailed) as caught:
            export(*settings, target=tmp_path / name)
        assert caught.value.exit_code == 4
        assert caught.value.diagnostics[0].code == Code.EXPORT_PARITY
    assert (tmp_path / "out.onnx").read_bytes() == before
    assert not [path.name for path in tmp_path.iterdir() if path.name not in ("out.onnx", "net.yaml")]


def test_nothing_is_exported_without_images_to_compare_on(export, images, tmp_path, compile_text):
    compiled = compile_text(SPEC)
    with pytest.raises(CheckFailed):
        export_network.export_network(
            compiled, weights_of(compiled), CLASSES, images[:0], tmp_path / "out.onnx"
        )  # fmt: skip
    assert not (tmp_path / "out.onnx").exists()


def test_tf2onnx_writes_plain_files_alone(export):
    with pytest.raises(SpecErrors, match="through tf2onnx"):
        export("export.input.dtype=uint8", via="tf2onnx")
