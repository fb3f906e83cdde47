"""One file's bytes to pixels: what is converted, what is refused, and why."""

import contextlib
import io
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from resnet_spec.data.bad_image import BadImage, WrongSize
from resnet_spec.data.decode_image import decode_image

SHAPE = (4, 4, 3)


def encode(image, kind="PNG", **options):
    target = io.BytesIO()
    image.save(target, kind, **options)
    return target.getvalue()


def decode(content, shape=SHAPE, resize="none"):
    return decode_image(content, shape=shape, resize=resize)


def huge_png(width, height):
    """A PNG that declares its size and holds next to nothing."""

    def chunk(kind, body):
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


@pytest.fixture
def pixels():
    return np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)


@pytest.mark.parametrize("kind", ["PNG", "BMP", "TIFF"])
def test_lossless_files_come_back_as_they_were(png, pixels, kind):
    assert np.array_equal(decode(png(pixels, kind=kind)), pixels)


def test_webp_gif_and_jpeg_are_read(png):
    for kind in ("WEBP", "GIF", "JPEG"):
        assert abs(decode(png(200, kind=kind)).astype(int) - 200).max() <= 3


def test_grey_is_repeated_and_rgb_is_weighted(png, pixels):
    grey = decode(png(77, shape=(4, 4, 1)))
    assert (grey == 77).all()
    assert grey.shape == SHAPE
    single = decode(png(pixels), shape=(4, 4, 1))
    expected = pixels @ np.array([0.299, 0.587, 0.114])  # ITU-R 601-2, as PIL documents it
    assert abs(single[..., 0] - expected).max() <= 1


def test_alpha_is_laid_over_black(png):
    pixels = np.full((4, 4, 4), 200, np.uint8)
    pixels[..., 3] = np.linspace(0, 255, 16).astype(np.uint8).reshape(4, 4)
    expected = pixels[..., :3] * (pixels[..., 3:] / 255)
    assert abs(decode(png(pixels)) - expected).max() <= 1


def test_a_transparent_colour_of_a_palette_is_black():
    image = Image.new("P", (4, 4), 1)
    image.putpalette([10, 20, 30, 200, 100, 50])
    assert decode(encode(image))[0, 0].tolist() == [200, 100, 50]
    assert decode(encode(image, transparency=1))[0, 0].tolist() == [0, 0, 0]


def test_sixteen_bits_are_scaled_and_not_clipped():
    values = np.array([[0, 257, 32896, 65535]] * 4, np.uint16)
    assert decode(encode(Image.fromarray(values)), (4, 4, 1))[0, :, 0].tolist() == [0, 1, 128, 255]


def test_cmyk_is_converted():
    image = Image.new("CMYK", (4, 4), (0, 255, 255, 0))
    assert decode(encode(image, "TIFF"))[0, 0].tolist() == [255, 0, 0]


def test_pixels_of_unknown_range_are_refused():
    with pytest.raises(BadImage, match="no known range"):
        decode(encode(Image.new("F", (4, 4), 0.5), "TIFF"))


def test_exif_orientation_is_applied(pixels):
    exif = Image.Exif()
    exif[0x0112] = 6  # turn by 90 degrees, clockwise
    turned = decode(encode(Image.fromarray(pixels), exif=exif))
    assert np.array_equal(turned, np.rot90(pixels, -1))


def test_another_size_is_refused_with_both_sizes_and_the_key_to_set(png):
    with pytest.raises(WrongSize, match=r"6x5.*4x4.*data\.resize"):
        decode(png(0, shape=(6, 5, 3)))


def test_stretch_averages_where_it_shrinks():
    checks = np.indices((8, 8)).sum(axis=0) % 2 * 255
    image = Image.fromarray(checks.astype(np.uint8))
    small = decode(encode(image), (2, 2, 1), "stretch")
    assert abs(small.astype(int) - 128).max() < 20, "without averaging, a checkerboard gives 0 or 255"


def test_crop_takes_the_middle_and_stretch_takes_everything():
    wide = np.zeros((4, 12, 3), np.uint8)
    wide[:, 4:8] = 255
    content = encode(Image.fromarray(wide))
    assert (decode(content, resize="crop") == 255).all()
    assert decode(content, resize="stretch")[0, 0].tolist() == [0, 0, 0]


def test_crop_of_an_input_that_is_not_square():
    tall = np.zeros((16, 4, 3), np.uint8)
    tall[6:10] = 255
    assert (decode(encode(Image.fromarray(tall)), (4, 4, 3), "crop") == 255).all()
    assert decode(encode(Image.fromarray(tall)), (8, 4, 3), "crop")[[0, -1], 0, 0].tolist() == [0, 0]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "empty"),
        (b"just text", "not a readable"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 4 4\n", "not a readable"),
        (b"P6 4 4 255\n" + bytes(48), "not a readable"),
        (huge_png(50_000, 50_000), "megapixels"),
        (huge_png(9_000, 9_000), "9000 x 9000"),
        (huge_png(10_000, 10_000), "megapixels"),
    ],
)
def test_what_is_no_image_of_ours_is_refused(content, reason):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(BadImage, match=reason):
            decode(content)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "GIF", "BMP", "TIFF", "WEBP"])
def test_a_truncated_file_is_refused(png, kind):
    pixels = np.random.default_rng(0).integers(0, 256, (32, 32, 3), np.uint8)
    content = png(pixels, kind=kind)
    decode(content, (32, 32, 3))
    with pytest.raises(BadImage):
        decode(content[: len(content) // 2], (32, 32, 3))


def test_damage_of_any_byte_gives_pixels_or_a_reason(png):
    random = np.random.default_rng(0)
    content = png(random.integers(0, 256, (8, 8, 3), np.uint8), kind="JPEG")
    for place in range(len(content)):
        damaged = bytearray(content)
        damaged[place] ^= 0xFF
        with contextlib.suppress(BadImage):
            assert decode(bytes(damaged), (8, 8, 3), "stretch").shape == (8, 8, 3)
