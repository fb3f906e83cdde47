"""Calibration and mistakes against examples that were worked out by hand, and what a run keeps of them."""

import io
import json

import numpy as np
import pytest
from PIL import Image

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.appraisal import Appraisal, ConfidenceBin
from resnet_spec.deploy.appraise import appraise
from resnet_spec.deploy.calibrate import calibrate
from resnet_spec.deploy.evaluate import evaluate
from resnet_spec.deploy.find_wrong import find_wrong
from resnet_spec.deploy.open_classifier import open_classifier
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.workflow.keep_appraisal import keep_appraisal

SURE = np.array([[0.9, 0.1], [0.9, 0.1], [0.1, 0.9], [0.9, 0.1], [0.6, 0.4], [0.45, 0.55]])
LABELS = np.array([0, 1, 1, 0, 0, 0])


def split(labels, shape=(2, 2, 3)):
    names = tuple(f"test/{i}.png" for i in range(len(labels)))
    return Split(np.zeros((len(labels), *shape), np.uint8), np.asarray(labels), names)


def test_calibration_by_hand():
    # In tenths: four images said with 0.9, three of them right; one with 0.6, right; one with 0.55, wrong.
    found = calibrate(SURE, LABELS, bins=10)
    assert found.bins == (ConfidenceBin(1, 0.55, 0.0), ConfidenceBin(1, 0.6, 1.0), ConfidenceBin(4, 0.9, 0.75))
    assert found.error == pytest.approx((0.55 + 0.4 + 4 * 0.15) / 6)


def test_certainty_belongs_to_the_last_bin():
    assert [each.images for each in calibrate(np.array([[1.0, 0.0]]), np.array([0])).bins] == [1]
    assert calibrate(np.array([[1.0, 0.0]]), np.array([0])).error == 0


def test_probabilities_that_are_as_right_as_they_say_have_no_error():
    random = np.random.default_rng(0)
    sure = random.uniform(0.5, 1, 20_000)
    labels = (random.uniform(size=20_000) > sure).astype(np.int64)
    assert calibrate(np.stack([sure, 1 - sure], axis=1), labels).error < 0.01
    boasting = np.minimum(sure + 0.2, 1)
    assert calibrate(np.stack([boasting, 1 - boasting], axis=1), labels).error > 0.1


def test_the_most_confident_mistakes_come_first():
    found = find_wrong(SURE, split(LABELS))
    assert [(wrong.index, wrong.name, wrong.true, wrong.predicted) for wrong in found] == [
        (1, "test/1.png", 1, 0),
        (5, "test/5.png", 0, 1),
    ]
    assert [wrong.confidence for wrong in found] == [0.9, 0.55]
    assert find_wrong(SURE, split(LABELS), most=1) == found[:1]
    assert find_wrong(SURE, split(SURE.argmax(axis=1))) == ()


@pytest.mark.parametrize("channels", [1, 3, 4])
def test_a_run_keeps_small_pictures_and_plain_facts(tmp_path, channels):
    shown = split(LABELS, (300, 200, channels))
    found = find_wrong(SURE, shown)
    run = RunDirectory(tmp_path)
    score = evaluation_of(SURE, LABELS)
    facts = keep_appraisal(Appraisal(score, calibrate(SURE, LABELS), found), shown, run)
    assert json.loads(json.dumps(facts))["mistakes"][0]["name"] == "test/1.png"
    assert [file.name for file in sorted(run.mistakes.iterdir())] == ["01.png", "02.png"]
    assert Image.open(io.BytesIO(run.mistake(1).read_bytes())).size == (85, 128)
    keep_appraisal(Appraisal(score, calibrate(SURE, LABELS), ()), shown, run)
    assert list(run.mistakes.iterdir()) == [], "those of an earlier appraisal are gone"


def evaluation_of(probabilities, labels):
    from dataclasses import fields

    from resnet_spec.deploy.score import score
    from resnet_spec.deploy.scores import Evaluation

    found = score(np.log(probabilities), labels, ["a", "b"])
    return Evaluation(
        **{each.name: getattr(found, each.name) for each in fields(found)}, seconds=1, images_per_second=6
    )


def test_the_file_that_ships_is_appraised_in_one_run_of_it(ship, tiny, images):
    classifier = open_classifier(ship(tiny.model()))
    logits = tiny.logits(images)
    probabilities = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    shown = Split(images, logits.argmax(axis=1), tuple(map(str, range(len(images)))))
    shown.labels[:10] = (shown.labels[:10] + 1) % 7
    found = appraise(classifier, shown)
    again = evaluate(classifier, shown)
    assert (found.evaluation.accuracy, found.evaluation.loss) == (again.accuracy, again.loss) == (0.75, again.loss)
    assert found.calibration.error == pytest.approx(calibrate(probabilities, shown.labels).error, abs=1e-5)
    assert {wrong.index for wrong in found.wrong} == set(range(10))
    assert found.wrong[0].index == probabilities[:10].max(axis=1).argmax()
