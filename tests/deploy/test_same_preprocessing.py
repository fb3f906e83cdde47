"""The file that ships sees image files as the training saw them: the same accuracy, image for image."""

import dataclasses

import numpy as np
import pytest
from PIL import Image

from resnet_spec.data.load_dataset import load_dataset
from resnet_spec.data.load_test_images import load_test_images
from resnet_spec.data.normalize import normalize
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.evaluate import evaluate
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.predict import predict
from resnet_spec.deploy.write_description import write_description
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.passes.take_logits import take_logits

SPEC = """\
name: small
model:
  input: {shape: [12, 10, 3]}
  classes: 4
  stem: [conv: {filters: 6, strides: 2}, norm, relu]
  stages: [{block: basic, filters: 6, blocks: 1}]
  head: [global_avg_pool, dense: {activation: softmax}]
data:
  source: {image_folder: photos}
  resize: crop
  normalize: {mean: [0.5, 0.4, 0.3], std: [0.2, 0.25, 0.3], channel_order: bgr}
"""
CLASSES = ("ant", "bee", "cat", "dog")


def picture(random):
    """Draw colours in blocks, of any size, in a mode that some camera or program writes."""
    height, width = random.integers(9, 60, 2)
    coarse = random.integers(0, 256, (4, 4, 3)).astype(np.uint8)
    image = Image.fromarray(coarse).resize((int(width), int(height)), Image.Resampling.BICUBIC)
    return image.convert(str(random.choice(["RGB", "L", "RGBA", "P"])))


@pytest.fixture
def compiled(compile_text, tmp_path):
    random = np.random.default_rng(7)
    for split in ("train", "test"):
        for index in range(48):
            path = tmp_path / "photos" / split / CLASSES[index % 4] / f"{index}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            image = picture(random)
            exif = Image.Exif()
            exif[0x0112] = int(random.integers(1, 9))  # turned, as telephones save them
            if image.mode in ("RGB", "L") and index % 3:
                image.save(path.with_suffix(".jpg"), exif=exif)
            else:
                image.save(path)
    return compile_text(SPEC)


@pytest.fixture
def weights(compiled):
    random = np.random.default_rng(3)
    drawn = {name: random.random(shape, np.float32) for name, shape in compiled.graph.weight_shapes().items()}
    kernels = {name: values - values.mean() for name, values in drawn.items() if name.endswith("kernel")}
    dense = kernels["head.dense1.kernel"]
    # Features are positive: classes are to differ by which are large, not by how large they are together.
    return {**drawn, **kernels, "head.dense1.kernel": dense - dense.mean(axis=0), "head.dense1.bias": np.zeros(4, "f")}


def shipped(compiled, weights, path):
    from resnet_spec.backends.to_onnx import to_onnx

    spec = compiled.spec.data
    scale, offset = scale_and_offset(spec.normalize, 3)
    op = Normalize(tuple(map(float, scale)), tuple(map(float, offset)), spec.normalize.channel_order)
    content = to_onnx(make_deployable(compiled.graph, op), weights, opset=17)
    path.write_bytes(write_description(content, Description(compiled.text, CLASSES, (12, 10, 3), "crop", "0"), None))
    return open_classifier(path)


def test_accuracy_of_keras_on_the_data_set_is_that_of_the_file_on_the_image_files(compiled, weights, tmp_path):
    pytest.importorskip("keras")
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    graph = take_logits(compiled.graph)
    model = to_keras(graph)
    set_weights(model, graph, weights)
    data = compiled.spec.data
    test = load_dataset(data, shape=(12, 10, 3), classes=4, seed=0).test
    logits = model.predict_on_batch(normalize(test.images[:], data.normalize))
    best = [CLASSES[column] for column in logits.argmax(axis=1)]
    assert len(set(best)) > 1  # else any preprocessing would do

    classifier = shipped(compiled, weights, tmp_path / "model.onnx")
    files = [tmp_path / "photos" / name for name in test.names]
    found = [prediction.classes[0][0] for prediction in predict(classifier, files)]
    assert found == best
    right = np.mean([name == file.parent.name for name, file in zip(found, files, strict=True)])
    scored = evaluate(classifier, load_test_images(data, shape=(12, 10, 3), classes=4).test)
    assert scored.accuracy == right == np.mean(logits.argmax(axis=1) == test.labels)


def test_other_preprocessing_would_be_noticed(compiled, weights, tmp_path):
    classifier = shipped(compiled, weights, tmp_path / "model.onnx")
    files = sorted((tmp_path / "photos" / "test").rglob("*.*"))
    stretched = dataclasses.replace(
        classifier, description=dataclasses.replace(classifier.description, resize="stretch")
    )
    classes = [[each.classes for each in predict(one, files)] for one in (classifier, stretched)]
    assert classes[0] != classes[1]
