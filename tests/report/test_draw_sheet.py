"""Contact sheets: every image stands where it must, and its pixels are those of the image."""

import io

import numpy as np
import pytest
from PIL import Image

from resnet_spec.report.draw_sheet import draw_sheet


def read(content):
    with Image.open(io.BytesIO(content)) as image:
        assert image.format == "PNG"
        return np.asarray(image.convert("RGB"))


@pytest.mark.parametrize("channels", [1, 3])
def test_small_images_are_enlarged_pixel_by_pixel_and_laid_out_in_rows(channels):
    images = list(np.random.default_rng(0).integers(0, 256, (5, 8, 8, channels)).astype(np.uint8))
    sheet = read(draw_sheet(images, ["1 a"] * 5, columns=3))
    across, down = 128 + 12, 128 + 16 + 12
    assert sheet.shape == (12 + 2 * down, 12 + 3 * across, 3)
    for place, image in enumerate(images):
        left, upper = 12 + place % 3 * across, 12 + place // 3 * down
        cell = sheet[upper : upper + 128, left : left + 128]
        enlarged = np.broadcast_to(image.repeat(16, axis=0).repeat(16, axis=1), (128, 128, 3))
        assert np.array_equal(cell, enlarged)


def test_images_of_several_sizes_stand_in_cells_of_the_largest():
    images = [np.zeros((size, size, 3), np.uint8) for size in (24, 32, 24)]
    sheet = read(draw_sheet(images, ["1 a"] * 3, columns=2))
    assert sheet.shape == (12 + 2 * (128 + 16 + 12), 12 + 2 * 140, 3)
    for left, upper, side in ((12, 12, 120), (152, 12, 128), (12, 168, 120)):
        assert not sheet[upper : upper + side, left : left + side].any()
        assert sheet[upper : upper + side, left + side : left + 128].all()


def test_captions_stand_below_and_heads_above():
    image = np.full((8, 8, 3), 255, np.uint8)
    bare = read(draw_sheet([image], [""], columns=1))
    assert (bare == 255).all()
    said = read(draw_sheet([image], ["one\ntwo"], columns=1, heads=["epoch 1"]))
    dark = np.flatnonzero((said < 128).any(axis=(1, 2)))
    upper = 12 + 16
    assert (dark < upper).any()
    assert (dark >= upper + 128).any()
    assert not ((dark >= upper) & (dark < upper + 128)).any()


def test_large_images_are_made_smaller_and_long_or_hostile_captions_fit():
    image = np.zeros((300, 600, 3), np.uint8)
    sheet = read(draw_sheet([image], ["a very long name of a class \x1b[31m\u202e" * 9], columns=4))
    assert sheet.shape[1] == 12 + 128 + 12
    assert (sheet[:, 12 + 128 :] == 255).all(), "what is too long is cut"
