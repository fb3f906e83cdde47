"""Training images that grow: what a step computes of smaller ones, and which epochs have which."""

import keras
import numpy as np
import pytest
from PIL import Image

from resnet_spec.backends.keras_weights import set_weights
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.compile import compile_spec
from resnet_spec.data.dataset import Split
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.train.image_size import image_size
from resnet_spec.train.learner import Learner
from resnet_spec.train.see_batch import see_batch
from resnet_spec.train.shrink import shrink

PLAIN = ("data.augment=[]", "expect={}", "train.optimizer={sgd: {learning_rate: 0.1}}")
GROW = "train.progressive_resizing=[{size: 4, until_epoch: 2}, {size: [6, 8], until_epoch: 3}]"
SIZES = {1: (4, 4), 2: (4, 4), 3: (6, 8), 4: (8, 8), 20: (8, 8)}


def learner(*settings):
    compiled = compile_spec("quickstart", [*PLAIN, *settings])
    return Learner(compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32")


def images(*shape):
    return np.random.default_rng(0).integers(0, 256, shape).astype(np.uint8)


def step(learner):
    told = {"step": np.asarray(1, np.uint32), "rate": np.float32(0.1), "over": np.float32(0.1)}
    labels = np.arange(6, dtype=np.int32)
    return float(learner.step({"images": images(6, 8, 8, 1), "labels": labels, **told})["loss"])


@pytest.mark.parametrize("size", [(24, 24), (21, 32), (32, 7), (1, 1)])
def test_images_are_made_smaller_as_pillow_and_keras_make_them(size):
    batch = images(3, 32, 32, 2).astype(np.float32)
    found = np.asarray(shrink(batch, size))
    assert found == pytest.approx(np.asarray(keras.ops.image.resize(batch, size, antialias=True)), abs=2e-3)
    for image, small in zip(batch, found, strict=True):
        for channel in range(2):
            pillow = Image.fromarray(image[:, :, channel]).resize(size[::-1], Image.Resampling.BILINEAR)
            assert small[:, :, channel] == pytest.approx(np.asarray(pillow), abs=1e-3)


def test_images_of_the_right_size_are_left_alone():
    batch = images(2, 8, 6, 1).astype(np.float32)
    assert shrink(batch, (8, 6)) is batch


def test_every_epoch_has_its_size():
    compiled = compile_spec("quickstart", [GROW])
    train, shape = compiled.spec.train, compiled.spec.model.input.shape
    assert {epoch: image_size(train, shape, epoch) for epoch in SIZES} == SIZES
    assert image_size(compile_spec("quickstart").spec.train, shape, 1) == (8, 8)


@pytest.mark.parametrize("epoch", SIZES)
def test_a_step_s_loss_is_that_of_a_network_for_images_of_this_size(epoch):
    made = learner(GROW)
    made.enter(epoch)
    size = SIZES[epoch]
    graph = take_logits(compile_spec("quickstart", [*PLAIN, f"model.input.shape={[*size, 1]}"]).graph)
    small = to_keras(graph)
    set_weights(small, graph, made.weights())
    normalize = compile_spec("quickstart").spec.data.normalize
    batch = np.asarray(shrink(images(6, 8, 8, 1).astype(np.float32), size))
    logits = small((batch / 255 - normalize.mean[0]) / normalize.std[0], training=True)
    expected = float(np.mean(keras.losses.sparse_categorical_crossentropy(np.arange(6), logits, from_logits=True)))
    penalties = float(sum(made.model.losses))
    before = made.weights()
    assert step(made) == pytest.approx(expected + penalties, rel=1e-5)
    assert any(not np.array_equal(before[name], array) for name, array in made.weights().items())


def test_later_epochs_are_as_if_images_had_never_been_small():
    grown, whole = learner(GROW), learner()
    for made, epoch in ((grown, 1), (grown, 4), (whole, 4)):
        made.enter(epoch)
        if epoch == 1:
            step(grown)
            whole.restore(grown.arrays())
        else:
            step(made)
    assert all(np.array_equal(array, whole.arrays()[name]) for name, array in grown.arrays().items())


def test_what_is_looked_at_before_training_is_as_small():
    spec = compile_spec("quickstart", [GROW, "data.augment=[random_crop: 1]"]).spec
    split = Split(images(6, 8, 8, 1), np.arange(6), tuple("abcdef"))
    chosen = np.arange(6)
    seen = {epoch: see_batch(split, spec.data, spec.train, 10, epoch=epoch, chosen=chosen)[0] for epoch in SIZES}
    assert {epoch: pixels.shape[1:3] for epoch, pixels in seen.items()} == SIZES
    whole = compile_spec("quickstart", ["data.augment=[random_crop: 1]"]).spec
    cropped, _ = see_batch(split, whole.data, whole.train, 10, epoch=1, chosen=chosen)
    small = np.asarray(shrink(cropped.astype(np.float32), (4, 4)))
    assert np.abs(seen[1] - small).max() <= 0.5, "augmented at the input's size, and then made smaller"
