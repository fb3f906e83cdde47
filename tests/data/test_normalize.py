"""`(image / 255 - mean) / std`, and the factor and offset that the exported file holds."""

import numpy as np
import pytest

from resnet_spec.data.normalize import normalize
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.diagnostic import Code, InputError
from resnet_spec.spec.data import Normalize

MEAN, STD = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (2, 3, 4, 3), np.uint8)


@pytest.mark.parametrize(("mean", "std"), [((0.0,), (1.0,)), ((0.5,), (0.25,)), (MEAN, STD), ((0.1,), STD)])
@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_normalize_is_the_formula(images, mean, std, order):
    numbers = normalize(images, Normalize(mean=mean, std=std, channel_order=order))
    ordered = images[..., ::-1] if order == "bgr" else images
    expected = (ordered / 255 - np.array(mean)) / np.array(std)
    assert numbers.dtype == np.float32
    assert numbers.shape == images.shape
    assert abs(numbers - expected).max() < 1e-6


def test_bgr_is_not_rgb(images):
    spec = Normalize(mean=MEAN, std=STD)
    assert not np.allclose(normalize(images, spec), normalize(images, spec.model_copy(update={"channel_order": "bgr"})))


def test_normalize_is_scale_and_offset_to_the_bit(images):
    spec = Normalize(mean=MEAN, std=STD)
    scale, offset = scale_and_offset(spec, 3)
    assert scale.shape == offset.shape == (3,)
    assert scale.dtype == offset.dtype == np.float32
    assert np.array_equal(images.astype(np.float32) * scale + offset, normalize(images, spec))


def test_every_list_of_the_wrong_length_is_named():
    spec = Normalize(mean=(0.1, 0.2), std=(1.0, 1.0), channel_order="bgr")
    with pytest.raises(InputError) as caught:
        scale_and_offset(spec, 1)
    assert [fault.code for fault in caught.value.diagnostics] == [Code.WRONG_VALUE] * 3
    assert all(word in str(caught.value) for word in ("mean", "std", "channel_order"))
