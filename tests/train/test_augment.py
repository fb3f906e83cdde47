"""Augmentation: what is drawn is a function of seed, epoch and image, and is applied to a whole batch at once."""

import importlib
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from resnet_spec.data.draw import draw, draw_all
from resnet_spec.data.draw.operation import Operation
from resnet_spec.spec.augment import MixUp, RandomCrop, RandomFlip

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))
tools, witness = importlib.import_module("augment_all"), importlib.import_module("slow_augment")
sys.path.remove(str(HERE))

FLIP = RandomFlip()
ALTERNATE = RandomFlip(alternate=True)
CROP = RandomCrop.model_validate({"random_crop": {"padding": 2}})
REFLECT = RandomCrop.model_validate({"random_crop": {"padding": 2, "fill": "reflect"}})
FILL = np.array([0.6, 0.4, 0.2]) * 255
"""What the network sees as zero: its channels are blue, green, red."""
EVERY = {**tools.ALONE, **tools.MIXED}


def augmented(images, indices, steps, *, seed=0, epoch=1):
    """Give images after steps that are not compiled."""
    from resnet_spec.train.augment import augment

    data = tools.data_of()
    data = data.model_copy(update={"augment": tuple(steps)})
    drawn = draw_all(steps, np.asarray(indices), seed=seed, epoch=epoch)
    return np.asarray(augment(images, np.ones((len(images), 1), np.float32), data, drawn)[0])


@pytest.fixture(scope="module")
def everything():
    return tools.everything()


@settings(deadline=None, max_examples=25)
@given(
    indices=st.lists(st.integers(0, 60_000), min_size=1, max_size=12, unique=True),
    steps=st.lists(st.sampled_from(list(tools.ALONE.values())), max_size=3),
    seed=st.integers(0, 2**32 - 1),
    epoch=st.integers(1, 500),
    pick=st.randoms(),
)
def test_an_image_does_not_depend_on_its_batch(indices, steps, seed, epoch, pick):
    images = np.random.default_rng(0).integers(0, 256, (len(indices), 6, 5, 3)).astype(np.float32)
    steps = tools.data_of(*steps).augment
    which = list(range(len(indices)))
    pick.shuffle(which)
    which = which[: pick.randint(1, len(which))]
    whole = augmented(images, indices, steps, seed=seed, epoch=epoch)
    part = augmented(images[which], np.array(indices)[which], steps, seed=seed, epoch=epoch)
    assert whole.shape == images.shape
    assert np.array_equal(whole[which], part)


def test_an_image_does_depend_on_seed_epoch_index_and_position():
    images = np.broadcast_to(np.random.default_rng(0).integers(0, 256, (1, 8, 8, 3)), (64, 8, 8, 3)).astype(np.float32)
    indices = np.arange(64)
    base = augmented(images, indices, (CROP,))
    others = [
        augmented(images, indices, (CROP,), seed=1),
        augmented(images, indices, (CROP,), epoch=2),
        augmented(images, indices + 1, (CROP,)),
    ]
    assert all(not np.array_equal(base, other) for other in others)
    assert len({image.tobytes() for image in base}) > 10
    twice = augmented(images, indices, (FLIP, FLIP))
    assert not np.array_equal(twice, images), "two flips that were one would undo each other"


@pytest.mark.parametrize("name", EVERY)
def test_what_is_drawn_is_a_function_of_seed_epoch_position_and_index(name):
    (step,) = tools.data_of(EVERY[name]).augment
    indices = np.arange(300)

    def drawn(indices=indices, seed=1, epoch=2, position=3):
        found = draw(step, indices, seed=seed, epoch=epoch, position=position)
        assert all(len(numbers) == 300 for numbers in found.values())
        return {name: numbers.tobytes() for name, numbers in found.items()}

    assert drawn() == drawn()
    for other in (drawn(seed=2), drawn(epoch=3), drawn(position=0), drawn(indices=indices + 1)):
        assert any(drawn()[name] != numbers for name, numbers in other.items())


@pytest.mark.parametrize("name", EVERY)
def test_a_whole_batch_at_once_is_what_each_image_is_alone(name, everything):
    data = tools.data_of(EVERY[name])
    (step,), (images, targets) = data.augment, tools.pictures()
    drawn = draw(step, np.arange(64), seed=0, epoch=1, position=0)
    fill = FILL if getattr(step, "fill", "zeros") == "mean" else 0
    wanted = witness.slowly(images, targets, step, drawn, fill)
    found = everything[f"{name}.images"], everything[f"{name}.targets"]
    for ours, theirs in zip(found, wanted, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=2e-3)
    assert not np.array_equal(found[0], images)
    np.testing.assert_allclose(found[1].sum(axis=1), 1, atol=1e-6)
    other = witness.slowly(images, targets, step, draw(step, np.arange(64), seed=1, epoch=1, position=0), fill)
    assert not np.allclose(found[0], other[0], atol=1), "negative control: other numbers give other pixels"


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_every_backend_finds_the_same_pixels(backend, everything, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    command = [sys.executable, HERE / "augment_all.py", tmp_path / "found.npz"]
    subprocess.run(command, check=True, timeout=500, env={**os.environ, "KERAS_BACKEND": backend})
    with np.load(tmp_path / "found.npz") as found:
        assert set(found) == set(everything)
        for name, numbers in everything.items():
            np.testing.assert_allclose(found[name], numbers, rtol=0, atol=2e-3, err_msg=name)


def test_flip_mirrors_half_of_the_images():
    images = np.random.default_rng(0).integers(0, 256, (2000, 2, 3, 1)).astype(np.float32)
    flipped = augmented(images, np.arange(2000), (FLIP,), seed=3)
    same = (flipped == images).all(axis=(1, 2, 3))
    mirrored = (flipped == images[:, :, ::-1]).all(axis=(1, 2, 3))
    assert (same | mirrored).all()
    assert 850 < mirrored.sum() < 1150


@given(seed=st.integers(0, 2**32 - 1), epoch=st.integers(1, 500), position=st.integers(0, 5))
def test_two_epochs_of_an_alternating_flip_show_every_image_both_ways(seed, epoch, position):
    indices = np.arange(300)

    def mirrored(step, epoch, seed=seed):
        return draw(step, indices, seed=seed, epoch=epoch, position=position)["mirrored"]

    now = mirrored(ALTERNATE, epoch)
    assert (now != mirrored(ALTERNATE, epoch + 1)).all()
    assert (now == mirrored(ALTERNATE, epoch + 2)).all()
    assert 90 < now.sum() < 210, "each image has its own draw"
    assert (mirrored(ALTERNATE, 1) == mirrored(FLIP, 1)).all()
    assert (now != mirrored(ALTERNATE, epoch, seed + 1)).any()
    assert not (mirrored(FLIP, epoch) != mirrored(FLIP, epoch + 1)).all(), "negative control: a plain flip repeats"


@pytest.mark.parametrize("shape", [(4, 4, 1), (2, 5, 3), (1, 3, 2)])
@pytest.mark.parametrize(("step", "mode"), [(CROP, "constant"), (REFLECT, "reflect")])
def test_crop_cuts_every_window_of_the_image_as_numpy_pads_it(step, mode, shape):
    height, width, _ = shape
    image = np.arange(1, np.prod(shape) + 1, dtype=np.float32).reshape(shape)
    padded = np.pad(image, ((2, 2), (2, 2), (0, 0)), mode=mode)
    windows = {padded[y : y + height, x : x + width].tobytes() for y in range(5) for x in range(5)}
    cut = augmented(np.repeat(image[None], 1000, axis=0), np.arange(1000), (step,))
    assert {one.tobytes() for one in cut} == windows


@given(indices=st.lists(st.integers(0, 60_000), min_size=1, max_size=50, unique=True), seed=st.integers(0, 99))
def test_partners_are_one_ring_through_the_images_of_a_batch_whatever_their_order(indices, seed):
    def partners(indices):
        places = draw(MixUp(), np.array(indices), seed=seed, epoch=1, position=0)["partner"]
        return {indices[place]: indices[partner] for place, partner in enumerate(places)}

    found = partners(indices)
    assert found == partners(indices[::-1])
    ring, at = [], indices[0]
    while at not in ring:
        ring.append(at)
        at = found[at]
    assert len(ring) == len(indices)


@pytest.mark.parametrize("alpha", [0.2, 1.0, 3.0])
def test_shares_follow_the_beta_distribution(alpha):
    share = draw(MixUp(alpha=alpha), np.arange(20_000), seed=0, epoch=1, position=0)["share"]
    assert share.mean() == pytest.approx(0.5, abs=0.01)
    assert share.var() == pytest.approx(1 / (4 * (2 * alpha + 1)), rel=0.03)
    some = draw(MixUp(alpha=alpha, probability=0.3), np.arange(20_000), seed=0, epoch=1, position=0)["share"]
    assert (some == 1)[share != 1].mean() == pytest.approx(0.7, abs=0.02)
    assert (some == share)[some != 1].all()


def test_cutout_hides_as_much_as_the_square_where_the_image_has_room():
    images = np.full((4000, 40, 40, 1), 9, np.float32)
    (step,) = tools.data_of({"cutout": {"size": 8, "fill": "zeros"}}).augment
    hidden = (augmented(images, np.arange(4000), (step,)) == 0).sum(axis=(1, 2, 3))
    assert hidden.max() == 64
    assert hidden.min() >= 16, "the middle is inside of the image"
    assert 0.55 < (hidden == 64).mean() < 0.75, "33 of 40 places a side leave it whole"


def test_operations_are_drawn_as_the_paper_has_them():
    (step,) = tools.data_of({"rand_augment": {"magnitude": 10, "num_ops": 2}}).augment
    drawn = draw(step, np.arange(7000), seed=0, epoch=1, position=0)
    counts = np.bincount(drawn["operation"].ravel(), minlength=14)
    assert (abs(counts - 1000) < 150).all(), "each of fourteen as often"
    assert not np.array_equal(drawn["operation"][:, 0], drawn["operation"][:, 1])

    def of(operation, name):
        return set(np.round(drawn[name][drawn["operation"] == operation].reshape(-1).astype(float), 4))

    assert of(Operation.POSTERIZE, "amount") == {16}
    assert of(Operation.SOLARIZE, "amount") == {0}
    for operation in (Operation.BRIGHTNESS, Operation.CONTRAST, Operation.COLOR, Operation.SHARPNESS):
        assert of(operation, "amount") == {0.1, 1.9}
    assert of(Operation.SHEAR_X, "matrix") == {32768, 0, 9830, -9830}
    assert of(Operation.SHEAR_Y, "matrix") == {32768, 0, 9830, -9830}
    assert of(Operation.ROTATE, "matrix") == {28378, 16384, -16384}
    assert of(Operation.TRANSLATE_X, "shift") == of(Operation.TRANSLATE_Y, "shift") == {0, 29699, -29699}
    for operation in (Operation.IDENTITY, Operation.AUTO_CONTRAST, Operation.EQUALIZE):
        assert of(operation, "amount") | of(operation, "shift") == {0}
        assert of(operation, "matrix") == {32768, 0}


def test_magnitudes_spread_as_they_are_told_to_and_end_at_ten():
    (step,) = tools.data_of({"rand_augment": {"magnitude": 9, "magnitude_std": 0.5, "num_ops": 1}}).augment
    drawn = draw(step, np.arange(60_000), seed=0, epoch=1, position=0)
    factors = drawn["amount"][drawn["operation"] == Operation.BRIGHTNESS].astype(float)
    magnitudes = abs(factors - 1) / 0.09
    assert np.median(magnitudes) == pytest.approx(9, abs=0.03)
    assert np.quantile(magnitudes, 0.1587) == pytest.approx(8.5, abs=0.05)
    assert magnitudes.max() == pytest.approx(10)


@pytest.mark.parametrize("interpolation", ["bilinear", "nearest"])
def test_every_operation_is_pillows_within_its_rounding(interpolation):
    """Pillow rounds greys and means, which counts at most 0.9-fold, and cuts fractions off what it finds.

    It reckons in other fractions of a pixel; so what comes from within 0.001 of a pixel's edge may be its neighbour.
    """
    random = np.random.default_rng(1)
    coarse = random.integers(0, 256, (300, 6, 5, 3)).astype(np.uint8)
    images = np.stack([np.asarray(Image.fromarray(one).resize((30, 36), Image.Resampling.BICUBIC)) for one in coarse])
    images[::3] = images[::3] // 2 + 40
    options = {"num_ops": 1, "interpolation": interpolation, "magnitude": 8.0, "magnitude_std": 3.0}
    data = tools.data_of({"rand_augment": options})
    drawn = draw(data.augment[0], np.arange(300), seed=0, epoch=1, position=0)
    found, _ = tools.augmented(images.astype(np.float32), np.ones((300, 1), np.float32), data, range(300))
    seen = set()
    for place, image in enumerate(images):
        now = {name: values[place][0] for name, values in drawn.items()}
        wanted = witness.by_pillow(image, now, interpolation, np.round(FILL).astype(int))
        seen.add(kind := Operation(now["operation"]))
        enhances = Operation.BRIGHTNESS < kind <= Operation.SHARPNESS
        apart = (abs(found[place] - wanted) > (1.46 if enhances else 1.01)).any(axis=2)
        places = witness.sources(image.shape, now)
        between = (abs(places - np.round(places)) < 0.001).any(axis=2)
        assert not (apart & ~between if kind is Operation.ROTATE else apart).any(), kind.name
        assert kind is not Operation.IDENTITY or np.array_equal(found[place], image)
    assert seen == set(Operation)
