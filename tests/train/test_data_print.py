"""The data set changed since the checkpoint: what changed is said (FAULTS 31); images may be resident or streamed."""

from dataclasses import replace

import numpy as np
import pytest

from resnet_spec.data.dataset import Dataset, Split
from resnet_spec.data.digest_images import digest_images
from resnet_spec.data.images import StreamedImages
from resnet_spec.train.data_print import changes, data_print


def split(count, shift=0):
    pixels = np.arange(count * 12, dtype=np.uint8).reshape(count, 2, 2, 3) + np.uint8(shift)
    return Split(pixels, np.arange(count) % 3, tuple(map(str, range(count))))


def streamed(resident):
    pixels = resident.images
    images = StreamedImages(pixels.__getitem__, np.arange(len(pixels)), digest_images(pixels), pixels.shape[1:])
    return replace(resident, images=images)


DATASET = Dataset(
    ("a", "b", "c"),
    split(9),
    split(6, 1),
    split(6, 2),
    validation_origin="",
    skipped=(),
    broken=(),
    source="",
    fingerprint="",
)


def pixel(of):
    images = of.images.copy()
    images[4, 1, 0, 2] ^= 1
    return replace(of, images=images)


CHANGES = [
    ({"train": pixel(DATASET.train)}, "pixels of the training images, or their order"),
    ({"validation": pixel(DATASET.validation)}, "pixels of the validation images, or their order"),
    ({"train": replace(DATASET.train, labels=DATASET.train.labels[::-1])}, "labels of the training images"),
    ({"train": DATASET.train.take(np.arange(8))}, "the training images: 9 before, 8 now"),
    ({"class_names": ("a", "b", "d")}, "the classes: gone: c; new: d"),
    ({"class_names": ("b", "a", "c")}, "the order of the classes"),
]


@pytest.mark.parametrize(("change", "says"), CHANGES)
@pytest.mark.parametrize("way", [lambda of: of, streamed])
def test_every_change_that_matters_is_named(change, says, way):
    before, now = (
        replace(one, train=way(one.train), validation=way(one.validation))
        for one in (DATASET, replace(DATASET, **change))
    )
    (found,) = changes(data_print(before), data_print(now))
    assert says in found


def test_neither_names_nor_test_images_nor_the_way_they_are_held_matter():
    other = replace(
        DATASET,
        train=streamed(replace(DATASET.train, names=tuple("abcdefghi"))),
        test=pixel(DATASET.test),
    )
    assert changes(data_print(DATASET), data_print(other)) == []
