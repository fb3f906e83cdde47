"""From the spec's words to a data set: splits, limits, and one message with everything in it."""

import subprocess
import sys

import numpy as np
import pytest

from resnet_spec.data.fit_images import fit_images
from resnet_spec.data.images import StreamedImages
from resnet_spec.data.load_test_images import load_test_images
from resnet_spec.diagnostic import Code, InputError
from resnet_spec.spec.data import Data


@pytest.fixture
def digits(load):
    def run(**options):
        return load(options.pop("source", "digits"), **{"shape": (8, 8, 1), "classes": 10, **options})

    return run


def test_digits_are_scaled_and_split_by_class(digits):
    data = digits()
    every = np.concatenate([split.images for split in (data.train, data.validation, data.test)])
    assert every.shape == (1797, 8, 8, 1)
    assert every.dtype == np.uint8
    assert set(np.unique(every).tolist()) == {round(value * 255 / 16) for value in range(17)}
    assert len(set(data.train.names) | set(data.validation.names) | set(data.test.names)) == 1797
    assert data.class_names == tuple("0123456789")
    whole = np.bincount(np.concatenate([data.train.labels, data.validation.labels, data.test.labels]))
    assert abs(np.bincount(data.test.labels) - 0.2 * whole).max() <= 0.5
    assert data.source == "digits"


def test_an_image_keeps_its_label(digits):
    from sklearn.datasets import load_digits

    bunch = load_digits()
    test = digits().test
    indices = [int(name.removeprefix("digits[").removesuffix("]")) for name in test.names]
    assert test.labels.tolist() == bunch.target[indices].tolist()
    assert np.array_equal(test.images[..., 0], np.rint(bunch.images[indices] * 255 / 16))


def test_the_seed_chooses_validation_and_not_test(digits):
    zero, again, one = digits(), digits(), digits(seed=1)
    assert zero.fingerprint == again.fingerprint
    assert one.fingerprint != zero.fingerprint
    assert one.test.names == zero.test.names
    assert one.validation.names != zero.validation.names


def test_validation_may_be_a_share_or_the_test_split(digits):
    assert digits(validation=0.25).validation_origin == "25% of the training images of each class"
    data = digits(validation="test")
    assert data.validation.names == data.test.names
    assert len(data.train) + len(data.test) == 1797


def test_max_images_is_spread_over_the_classes(digits):
    data = digits(max_images=20)
    for split in (data.train, data.validation, data.test):
        assert np.bincount(split.labels).tolist() == [2] * 10
    assert set(data.train.names) <= set(digits().train.names)


def test_digits_for_another_input(digits):
    assert digits(shape=(16, 16, 3), resize="stretch", max_images=10).train.images.shape == (10, 16, 16, 3)
    rgb = digits(shape=(8, 8, 3), max_images=10).train.images
    assert np.array_equal(rgb, np.repeat(digits(max_images=10).train.images, 3, axis=3))


def test_arrays_that_become_too_large_are_resized_when_they_are_wanted(digits):
    options = {"shape": (12, 12, 3), "resize": "stretch", "max_images": 50}
    resident, streamed = digits(**options), digits(resident_mib=0, **options)
    assert streamed.fingerprint == resident.fingerprint
    for split in ("train", "validation", "test"):
        ours, theirs = getattr(streamed, split), getattr(resident, split)
        assert isinstance(ours.images, StreamedImages)
        assert isinstance(theirs.images, np.ndarray)
        assert ours.images.shape == theirs.images.shape
        assert np.array_equal(ours.images[:], theirs.images)


def test_the_limit_is_what_all_resized_splits_need_together(digits):
    pixels = 3 * 50 * 84 * 84  # of 1 MiB = 1,048,576: just above
    assert pixels == 1_058_400
    options = {"resize": "stretch", "max_images": 50, "resident_mib": 1}
    assert isinstance(digits(shape=(84, 84, 1), **options).test.images, StreamedImages)
    assert isinstance(digits(shape=(83, 84, 1), **options).test.images, np.ndarray)


def test_test_images_that_become_too_large_are_streamed_as_well():
    common = {"source": "digits", "resize": "stretch"}
    found = [
        load_test_images(Data.model_validate({**common, **more}), shape=(12, 12, 1), classes=10)
        for more in ({}, {"resident_mib": 0})
    ]
    assert isinstance(found[1].test.images, StreamedImages)
    assert np.array_equal(found[1].test.images[:], found[0].test.images)


def test_no_room_for_arrays_is_said_before_any_is_resized():
    many = np.broadcast_to(np.zeros((2, 2, 1), np.uint8), (1 << 30, 2, 2, 1))
    with pytest.raises(InputError, match="1,073,741,824 images of 512x512x1 do not fit into memory") as caught:
        fit_images(many, shape=(512, 512, 1), resize="stretch")
    assert "resident_mib" in caught.value.diagnostics[0].help


def test_everything_wrong_is_said_at_once(digits):
    with pytest.raises(InputError) as caught:
        digits(shape=(32, 32, 3), classes=7)
    faults = caught.value.diagnostics
    assert {fault.code for fault in faults} == {Code.DATA_MISMATCH}
    assert len(faults) == 2
    assert all(fault.help for fault in faults)
    assert all(words in str(caught.value) for words in ("8x8", "32x32", "`model.classes` is 7"))


def test_the_room_loads_no_framework():
    """The numbers must be the same without one, and `predict` must stay light."""
    rooms = "load_dataset, source_for_path, normalize, draw, epoch_order, decode_image"
    code = (
        f"from resnet_spec.data import {rooms}; import sys; "
        "heavy = {'tensorflow', 'keras', 'torch', 'jax', 'onnx', 'sklearn', 'PIL', 'matplotlib'}; "
        "sys.exit(str(heavy & set(sys.modules)) if heavy & set(sys.modules) else 0)"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


def test_two_ways_to_a_test_split_are_one_too_many(tmp_path):
    from PIL import Image

    from resnet_spec.data.load_dataset import load_dataset
    from resnet_spec.spec.data import Data

    for split in ("train", "test"):
        for name in ("a", "b"):
            (tmp_path / split / name).mkdir(parents=True)
            Image.new("RGB", (4, 4)).save(tmp_path / split / name / "0.png")
    data = Data.model_validate({"source": {"image_folder": {"path": str(tmp_path), "test_fraction": 0.5}}})
    with pytest.raises(InputError, match="test split of its own"):
        load_dataset(data, shape=(4, 4, 3), classes=2, seed=0)
