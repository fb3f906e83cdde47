"""Augmentation: what is drawn is a function of seed, epoch and image, and is applied to a whole batch at once."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from resnet_spec.data.draw import draw
from resnet_spec.spec.data import RandomCrop, RandomFlip

FLIP = RandomFlip()
ALTERNATE = RandomFlip(alternate=True)
CROP = RandomCrop.model_validate({"random_crop": {"padding": 2}})
REFLECT = RandomCrop.model_validate({"random_crop": {"padding": 2, "fill": "reflect"}})


def augmented(images, indices, steps, *, seed=0, epoch=1):
    from resnet_spec.train.augment import augment

    for position, step in enumerate(steps):
        images = augment(images, step, draw(step, np.asarray(indices), seed=seed, epoch=epoch, position=position))
    return np.asarray(images)


@settings(deadline=None, max_examples=25)
@given(
    indices=st.lists(st.integers(0, 60_000), min_size=1, max_size=12, unique=True),
    steps=st.lists(st.sampled_from([FLIP, ALTERNATE, CROP, REFLECT]), max_size=3),
    seed=st.integers(0, 2**32 - 1),
    epoch=st.integers(1, 500),
    pick=st.randoms(),
)
def test_an_image_does_not_depend_on_its_batch(indices, steps, seed, epoch, pick):
    images = np.random.default_rng(0).integers(0, 256, (len(indices), 6, 5, 3)).astype(np.float32)
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
