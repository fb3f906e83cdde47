"""Scores against an example that was worked out by hand, and against scikit-learn."""

from __future__ import annotations

import math

import numpy as np
import pytest
from sklearn.metrics import log_loss

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.evaluate import evaluate
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.deploy.score import score
from resnet_spec.diagnostic import CheckFailed, Code, InputError


def test_by_hand():
    # True 0 0 0 1 1 2, called 0 0 1 1 0 0: three of six right.
    labels = np.array([0, 0, 0, 1, 1, 2])
    logits = np.log(np.array([[2, 1, 1], [2, 1, 1], [1, 2, 1], [1, 2, 1], [2, 1, 1], [2, 1, 1]]) / 4)
    found = score(logits, labels, ["ant", "bee", "cat"])
    assert found.images == 6
    assert found.accuracy == pytest.approx(3 / 6)
    assert found.top5_accuracy is None
    assert found.loss == pytest.approx((3 * math.log(2) + 3 * math.log(4)) / 6)
    assert found.confusion == ((2, 1, 0), (1, 1, 0), (1, 0, 0))
    ant, bee, cat = found.per_class
    assert (ant.name, ant.images, ant.precision, ant.recall) == ("ant", 3, pytest.approx(2 / 4), pytest.approx(2 / 3))
    assert ant.f1 == pytest.approx(4 / 7)
    assert (bee.images, bee.precision, bee.recall, bee.f1) == (2, 0.5, 0.5, 0.5)
    assert (cat.images, cat.precision, cat.recall, cat.f1) == (1, 0, 0, 0)


def test_best_five():
    logits = np.tile(np.arange(7.0), (3, 1))
    assert score(logits, np.array([6, 2, 1]), list("abcdefg")).top5_accuracy == pytest.approx(2 / 3)


def test_loss_agrees_with_scikit_learn_where_that_is_exact():
    random = np.random.default_rng(0)
    logits, labels = random.normal(size=(50, 4)), random.integers(0, 4, 50)
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    assert score(logits, labels, list("abcd")).loss == pytest.approx(log_loss(labels, shares, labels=range(4)))


def test_loss_of_a_confident_mistake_is_not_cut_off():
    assert score(np.array([[1000.0, 0.0]], np.float32), np.array([1]), ["a", "b"]).loss == pytest.approx(1000)


def test_class_without_images_keeps_its_row():
    found = score(np.eye(4)[[0, 1]], np.array([0, 1]), list("abcd"))
    assert len(found.confusion) == len(found.per_class) == 4
    assert found.per_class[3].images == 0


@pytest.mark.parametrize(
    ("logits", "labels", "said"),
    [
        (np.zeros((0, 2)), np.zeros(0, int), "no images"),
        (np.zeros((3, 2)), np.zeros(2, int), "shape (3, 2)"),
        (np.zeros((2, 3)), np.zeros(2, int), "not (2, 2)"),
        (np.zeros((2, 2)), np.array([0, 2]), "from 0 to 2"),
        (np.zeros((2, 2)), np.array([-1, 0]), "from -1 to 0"),
    ],
)
def test_misfits(logits, labels, said):
    with pytest.raises(InputError) as caught:
        score(logits, labels, ["a", "b"])
    assert said in caught.value.diagnostics[0].message


def test_nan_is_not_scored():
    logits = np.zeros((5, 2))
    logits[3, 1] = np.nan
    with pytest.raises(CheckFailed) as caught:
        score(logits, np.zeros(5, int), ["a", "b"])
    assert caught.value.diagnostics[0].code == Code.NOT_FINITE
    assert "image 3" in caught.value.diagnostics[0].message


def split_of(images, labels):
    return Split(images, labels, tuple(f"test[{index}]" for index in range(len(images))))


@pytest.fixture
def classifier(tiny, ship):
    return open_classifier(ship(tiny.model()), threads=1)


def test_evaluate_is_the_score_of_what_ships(classifier, tiny, images):
    labels = np.arange(40) % 7
    expected = score(tiny.logits(images), labels, classifier.description.class_names)
    found = evaluate(classifier, split_of(images, labels), batch_size=16)
    assert (found.accuracy, found.top5_accuracy, found.confusion) == (
        expected.accuracy,
        expected.top5_accuracy,
        expected.confusion,
    )
    assert found.loss == pytest.approx(expected.loss, abs=1e-5)
    assert found.images_per_second == pytest.approx(40 / found.seconds)


def test_evaluate_refuses_other_data(classifier, images):
    labels = np.zeros(40, np.int64)
    cases = [
        (split_of(images[:0], labels[:0]), "no images"),
        (split_of(images[:, :5], labels), "takes (6, 5, 3)"),
        (split_of(images, labels + 7), "7 classes"),
    ]
    for split, said in cases:
        with pytest.raises(InputError) as caught:
            evaluate(classifier, split)
        assert caught.value.diagnostics[0].code == Code.DATA_MISMATCH
        assert said in caught.value.diagnostics[0].message
