"""Weights of classes: what the spec says, what the data has, and what the loss makes of it."""

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import InputError
from resnet_spec.train.weigh_classes import weigh_classes

NAMES = ("cat", "dog", "1")
LABELS = np.array([0, 0, 0, 0, 1, 1, 2, 2, 2, 2, 2, 2])


def said(weight):
    with pytest.raises(InputError) as caught:
        weigh_classes(weight, NAMES, LABELS)
    assert caught.value.exit_code == 3
    return [fault.message for fault in caught.value.diagnostics]


def test_balanced_weights_are_scikit_learns():
    from sklearn.utils.class_weight import compute_class_weight

    weights = weigh_classes("balanced", NAMES, LABELS)
    assert weights == pytest.approx(compute_class_weight("balanced", classes=np.arange(3), y=LABELS))
    assert weights[LABELS].mean() == pytest.approx(1)


def test_a_class_is_named_or_counted_and_a_name_goes_first():
    assert weigh_classes(None, NAMES, LABELS) is None
    assert weigh_classes({"dog": 2.0, "0": 3.0, "1": 4.0}, NAMES, LABELS).tolist() == [3, 2, 4]
    assert weigh_classes({"0": 3.0, "1": 4.0, "2": 5.0}, ("a", "b", "c"), LABELS).tolist() == [3, 4, 5]


def test_what_is_wrong_with_weights_is_said_at_once():
    assert said({"cat": 1.0, "fox": 2.0, "7": 1.0}) == [
        "`train.class_weight` names what is no class of the data: `fox`, `7`",
        "`train.class_weight` leaves classes of the data out: `dog`, `1`",
    ]
    assert said({"cat": 1.0, "0": 2.0, "dog": 1.0, "1": 1.0}) == [
        "`train.class_weight` weighs one class twice: `cat`, `0`"
    ]


def test_a_class_without_images_cannot_be_balanced():
    with pytest.raises(InputError, match=r"no training image is of the class `dog`") as caught:
        weigh_classes("balanced", NAMES, LABELS[LABELS != 1])
    assert caught.value.exit_code == 3
    written = {"cat": 1.0, "dog": 2.0, "1": 3.0}
    assert weigh_classes(written, NAMES, LABELS[LABELS != 1]).tolist() == [1, 2, 3], "it can be weighed"


@pytest.mark.parametrize("value", ["{0: 0}", "{0: -1}", "evenly", "{0: heavy}", "3"])
def test_what_is_no_weight_is_refused(value):
    from resnet_spec.diagnostic import SpecErrors

    with pytest.raises(SpecErrors, match="class_weight"):
        compile_spec("quickstart", [f"train.class_weight={value}"])


def test_a_step_weighs_every_image_by_its_target_as_keras_does():
    import keras

    from resnet_spec.train.learner import Learner

    weights = np.linspace(0.5, 3, 10).astype(np.float32)
    random = np.random.default_rng(0)
    targets = random.dirichlet(np.ones(10), 16).astype(np.float32)
    logits = random.normal(size=(16, 10)).astype(np.float32)
    compiled = compile_spec("quickstart", ["train.label_smoothing=0.1"])
    learner = Learner(compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32", class_weights=weights)
    keras_loss = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)
    wanted = float(keras_loss(targets, logits, sample_weight=targets @ weights)) + float(sum(learner.model.losses))
    assert float(learner._loss(targets, logits, weights)) == pytest.approx(wanted, rel=1e-5)
    assert float(learner._loss(targets, logits)) != pytest.approx(wanted, rel=1e-2), "negative control"


def test_a_weighted_class_is_learnt_and_validated_without_weights():
    """What a step finds is weighted, what validation finds is not."""
    from resnet_spec.train.learner import Learner

    compiled = compile_spec("quickstart", ["data.augment=[]"])
    random = np.random.default_rng(0)
    batch = {"images": random.integers(0, 256, (8, 8, 8, 1)).astype(np.uint8), "labels": np.arange(8, dtype=np.int32)}
    step = {"step": np.uint32(1), "rate": np.float32(0.1)}

    def found(weights):
        learner = Learner(
            compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32", class_weights=weights
        )
        learner.enter(1)
        return float(learner.score(batch)["loss"]), float(learner.step(batch | step)["loss"])

    plain, threefold = found(None), found(np.full(10, 3, np.float32))
    assert threefold[0] == pytest.approx(plain[0])
    assert threefold[1] == pytest.approx(3 * plain[1], rel=1e-4)
