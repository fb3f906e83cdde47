"""The same pixels, within a split and between splits."""

import numpy as np

from resnet_spec.data.dataset import Split
from resnet_spec.data.digest_images import digest_images
from resnet_spec.data.find_duplicates import Place, find_duplicates
from resnet_spec.data.images import StreamedImages


def split(name, *pictures):
    """Make a split of pictures that are given as (value, label)."""
    pixels = np.array([np.full((2, 2, 1), value) for value, _ in pictures], np.uint8).reshape(-1, 2, 2, 1)
    names = tuple(f"{name}{place}" for place in range(len(pictures)))
    return Split(pixels, np.array([label for _, label in pictures], np.int64), names)


SPLITS = {
    "train": split("x", (1, 0), (2, 0), (1, 0), (3, 1), (4, 1)),
    "test": split("y", (3, 0), (7, 0), (1, 0)),
}


def test_doubles_are_found_within_and_between_splits():
    one, other = find_duplicates(SPLITS)
    assert one.places == (Place("train", "x0", 0), Place("train", "x2", 0), Place("test", "y2", 0))
    assert other.places == (Place("train", "x3", 1), Place("test", "y0", 0))
    assert (one.contradicts, other.contradicts) == (False, True)
    assert one.splits == other.splits == {"train", "test"}


def test_streamed_images_are_compared_without_reading_them():
    def never(place):
        raise AssertionError(place)

    def streamed(of):
        return Split(
            StreamedImages(never, np.arange(len(of)), digest_images(of.images), (2, 2, 1)), of.labels, of.names
        )

    assert find_duplicates({name: streamed(of) for name, of in SPLITS.items()}) == find_duplicates(SPLITS)


def test_nothing_is_double_where_nothing_is():
    assert find_duplicates({"train": split("x", (1, 0), (2, 0))}) == ()
    assert find_duplicates({"train": split("x", (1, 0)), "test": split("y")}) == ()
