"""Image files and arrays: the right ones are classified, the wrong ones named."""

from __future__ import annotations

import io
import os

import numpy as np
import pytest
from PIL import Image

from resnet_spec.compile import compile_spec
from resnet_spec.deploy import predict as predict_module
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.predict import predict
from resnet_spec.deploy.predict_array import predict_array
from resnet_spec.deploy.prediction import Prediction
from resnet_spec.diagnostic import Code, Diagnostic, InputError


@pytest.fixture
def classifier(tiny, ship):
    return open_classifier(ship(tiny.model()), threads=1)


@pytest.fixture
def files(tmp_path, images):
    paths = [tmp_path / f"{index}.png" for index in range(len(images))]
    for path, image in zip(paths, images, strict=True):
        Image.fromarray(image).save(path)
    return paths


def told_apart(results):
    found = list(results)
    return [each for each in found if isinstance(each, Prediction)], [
        each for each in found if isinstance(each, Diagnostic)
    ]


def softmax(logits):
    powers = np.exp(logits - logits.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


def test_files(classifier, files, images, tiny):
    expected = softmax(tiny.logits(images))
    found, faults = told_apart(predict(classifier, files, top_k=2))
    assert faults == []
    assert [each.file for each in found] == [str(file) for file in files]  # 40 files: more than one chunk
    for prediction, row in zip(found, expected, strict=True):
        best, second = np.argsort(-row)[:2]
        names = classifier.description.class_names
        assert [name for name, _ in prediction.classes] == [names[best], names[second]]
        assert prediction.classes[0][1] == pytest.approx(row[best], abs=1e-5)


def test_top_k_beyond_the_classes_gives_all(classifier, files):
    (found,) = predict(classifier, files[:1], top_k=100)
    assert len(found.classes) == 7
    assert sum(share for _, share in found.classes) == pytest.approx(1, abs=1e-5)


def test_top_k_of_nothing(classifier, files):
    with pytest.raises(InputError):
        predict(classifier, files, top_k=0)


def test_files_are_read_as_they_are_wanted(classifier, files):
    asked = []

    def names():
        for file in files:
            asked.append(file)
            yield file

    results = predict(classifier, names())
    assert asked == []
    next(results)
    assert len(asked) == predict_module.CHUNK < len(files)


def test_a_name_that_no_file_can_have(classifier, files):
    fault, long, found = predict(classifier, ["nul\0.png", "x" * 5000, str(files[0])])
    assert fault.code is long.code is Code.DATA_NOT_FOUND
    assert "file name too long" in long.message
    assert found.file == str(files[0])


def test_every_bad_file_is_named_once(classifier, files, tmp_path, monkeypatch):
    monkeypatch.setattr(predict_module, "MAX_IMAGE_BYTES", 1000)
    text, cut, pipe, size, huge = (tmp_path / name for name in ("text.png", "cut.png", "pipe", "size.png", "huge.png"))
    text.write_text("no picture")
    cut.write_bytes(files[0].read_bytes()[:-40])
    os.mkfifo(pipe)
    Image.new("RGB", (9, 9)).save(size)
    huge.write_bytes(bytes(1001))
    missing = tmp_path / "missing.png"
    bad = [text, cut, pipe, size, huge, missing, tmp_path]
    predictions, found = told_apart(predict(classifier, [*bad[:3], *files, *bad[3:]]))
    assert [prediction.file for prediction in predictions] == [str(file) for file in files]
    assert len(found) == len(bad)
    for path in bad:
        (diagnostic,) = (each for each in found if f"`{path}`" in each.message)
        assert diagnostic.code == (Code.DATA_NOT_FOUND if path == missing else Code.DATA_IMAGE)
        assert diagnostic.help


def test_arrays(classifier, images, tiny):
    expected = softmax(tiny.logits(images))
    np.testing.assert_allclose(predict_array(classifier, images), expected, atol=1e-5)
    np.testing.assert_allclose(predict_array(classifier, images.astype(np.float32)), expected, atol=1e-5)


def with_value(value):
    array = np.full((2, 6, 5, 3), 7, np.float32)
    array[1, 2, 3, 0] = value
    return array


@pytest.mark.parametrize(
    ("array", "said"),
    [
        (with_value(np.nan), "NaN"),
        (with_value(np.inf), "infinity"),
        (with_value(-1), "values from -1"),
        (with_value(256), "to 256"),
        (np.zeros((2, 5, 6, 3), np.uint8), "shape (2, 5, 6, 3)"),
        (np.zeros((6, 5, 3), np.uint8), "shape (6, 5, 3)"),
        (np.zeros((2, 3, 6, 5), np.uint8), "shape"),
        (np.zeros((0, 6, 5, 3), np.uint8), "no images"),
        (np.zeros((1, 6, 5, 3), np.float64), "float64"),
        (np.zeros((1, 6, 5, 3), np.int64), "int64"),
        (np.zeros((1, 6, 5, 3), object), "object"),
        ([[1]], "list"),
    ],
)
def test_refused_arrays(classifier, array, said):
    with pytest.raises(InputError) as caught:
        predict_array(classifier, array)
    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code == Code.INPUT_REFUSED
    assert said in diagnostic.message
    assert "(images, 6, 5, 3)" in diagnostic.help


def test_network_that_gives_nan(tiny, ship, images):
    tiny.bias[3] = np.nan
    classifier = open_classifier(ship(tiny.model()))
    with pytest.raises(InputError) as caught:
        predict_array(classifier, images)
    assert caught.value.diagnostics[0].code == Code.ONNX_INVALID


def test_jpeg_is_decoded_as_described(tiny, ship, description, tmp_path, images):
    import dataclasses

    classifier = open_classifier(ship(tiny.model(), dataclasses.replace(description, resize="stretch")))
    buffer = io.BytesIO()
    Image.new("L", (30, 40), 128).save(buffer, "JPEG")
    path = tmp_path / "grey.jpg"
    path.write_bytes(buffer.getvalue())
    (found,) = predict(classifier, [str(path)], top_k=1)
    expected = softmax(tiny.logits(np.full((1, 6, 5, 3), 128)))
    assert found.classes[0][1] == pytest.approx(float(expected.max()), abs=1e-5)


def test_a_network_that_no_image_file_is_for(ship_spec, files):
    classifier = open_classifier(ship_spec(compile_spec("quickstart", ["model.input.shape=[8, 8, 4]", "expect={}"])))
    with pytest.raises(InputError) as caught:
        predict(classifier, files)
    (fault,) = caught.value.diagnostics
    assert fault.code is Code.INPUT_REFUSED
    assert "takes images of 4 channels" in fault.message
    assert predict_array(classifier, np.zeros((1, 8, 8, 4), np.uint8)).shape == (1, 10)
