"""When the report says that validation lags behind training, and when it keeps quiet."""

import math
from dataclasses import replace

import pytest

from resnet_spec.report.explain_gap import explain_gap


@pytest.fixture
def judge(facts):
    """What is said of a best epoch with these accuracies, over so many classes."""

    def run(training, validation, classes=10):
        best = replace(facts.run.epochs[-1], accuracy=training, val_accuracy=validation)
        data = replace(facts.run.data, class_names=tuple(map(str, range(classes))))
        return explain_gap(replace(facts.run, epochs=(*facts.run.epochs[:-1], best), data=data))

    return run


def test_more_than_twenty_points_are_explained(judge):
    said = judge(0.99, 0.7)
    assert said is not None
    assert said.startswith("Epoch 4: training accuracy 99.00%, validation accuracy 70.00%, 29 points lower.")
    assert "overfitting" in said
    assert "momentum" in said


@pytest.mark.parametrize(
    ("training", "validation", "classes"), [(0.35, 0.1476, 10), (0.9, 0.1, 10), (0.7, 0.52, 2), (0.05, 0.011, 100)]
)
def test_validation_by_chance_points_at_norm_statistics(judge, training, validation, classes):
    said = judge(training, validation, classes)
    assert said is not None
    assert f"near chance ({1 / classes:.2%})" in said
    assert "overfitting" not in said


@pytest.mark.parametrize(
    ("training", "validation", "classes"),
    [
        (0.9, 0.75, 10),  # an ordinary gap
        (0.7478, 0.7524, 10),
        (0.12, 0.1, 10),  # nothing was learned at all
        (0.25, 0.11, 100),  # eleven times chance
        (1.0, 1.0, 1),
        (None, 0.1, 10),
        (0.9, None, 10),
        (math.nan, 0.1, 10),
        (0.9, math.nan, 10),
    ],
)
def test_nothing_is_said_without_a_reason(judge, training, validation, classes):
    assert judge(training, validation, classes) is None


def test_the_best_epoch_is_judged_or_else_the_last(facts):
    first = replace(facts.run.epochs[0], accuracy=0.9, val_accuracy=0.4)
    run = replace(facts.run, epochs=(first, *facts.run.epochs[1:]))
    assert "Epoch 1:" in (explain_gap(replace(run, best_epoch=1)) or "")
    assert explain_gap(replace(run, best_epoch=0)) is None
    assert explain_gap(replace(run, epochs=(), best_epoch=0)) is None
