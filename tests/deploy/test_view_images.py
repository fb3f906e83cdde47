"""Test-time views: what is averaged, and that its figures stand beside those of the image alone."""

import json

import numpy as np
import pytest

from resnet_spec.data.digest_images import digest_images
from resnet_spec.data.images import StreamedImages
from resnet_spec.deploy import run_views
from resnet_spec.deploy.view_images import view_images
from resnet_spec.spec.data import Views

IMAGES = np.random.default_rng(0).integers(0, 256, (2, 5, 5, 1)).astype(np.uint8)


def views(**options):
    return list(view_images(IMAGES, Views(**options)))


@pytest.mark.parametrize(("options", "count"), [({}, 2), ({"mirror": False}, 1), ({"translate": 1}, 6)])
def test_weights_sum_to_one_and_shapes_stay(options, count):
    found = views(**options)
    assert len(found) == count
    assert sum(weight for weight, _ in found) == pytest.approx(1)
    assert {view.shape for _, view in found} == {IMAGES.shape}


def test_an_image_is_mirrored_and_moved_along_the_diagonal():
    (_, plain), (_, after), (_, before) = views(mirror=False, translate=1)
    assert np.array_equal(plain, IMAGES)
    assert np.array_equal(after[:, 1:, 1:], IMAGES[:, :-1, :-1])
    assert np.array_equal(before[:, :-1, :-1], IMAGES[:, 1:, 1:])
    assert np.array_equal(after[:, 0, 1:], IMAGES[:, 1, :-1]), "the border is mirrored"
    assert np.array_equal(views()[1][1], IMAGES[:, :, ::-1])


def test_streamed_images_are_seen_as_resident_ones_are(monkeypatch):
    def classify(_, images, *, batch_size):
        return images[..., 0].sum(axis=1) / 100, None

    monkeypatch.setattr(run_views, "run_classifier", classify)
    monkeypatch.setattr(run_views, "_AT_ONCE", 3)
    pixels = np.random.default_rng(1).integers(0, 256, (7, 5, 5, 1)).astype(np.uint8)
    streamed = StreamedImages(pixels.__getitem__, np.arange(7), digest_images(pixels), (5, 5, 1))
    ours, theirs = (run_views.run_views(None, each, Views(translate=1), batch_size=2) for each in (streamed, pixels))
    assert ours[0].shape == (7, 5)
    assert all(np.array_equal(one, other) for one, other in zip(ours, theirs, strict=True))


@pytest.mark.slow
def test_both_figures_are_given(program, tmp_path):
    options = ("--set", "train.epochs=1", "--set", "data.test_views={translate: 1}", "--run", "run")
    done = program("train", "quickstart", *options)
    assert done.returncode == 0, done.stderr
    assert "with the test-time views that the spec asks for" in done.stdout
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    found = json.loads(program("evaluate", "run", "--json").stdout)
    assert found["accuracy"] == result["evaluation"]["accuracy"]
    assert found["of_views"]["accuracy"] == result["evaluation_of_views"]["accuracy"]
    assert found["of_views"]["loss"] != found["loss"]
    stated = f"{result['evaluation_of_views']['accuracy']:.2%}"
    assert f"{stated} with test-time views." in (tmp_path / "run" / "report.md").read_text()
    assert f"<dt>Test, with its views</dt><dd>{stated}</dd>" in (tmp_path / "run" / "report.html").read_text()
