"""Counts that others published, with their source; never regenerated."""

import pytest

from resnet_spec.compile import compile_spec

# torchvision 0.28: trainable parameters, batch-norm statistics, GMACs as published (three decimals).
TORCHVISION = {"resnet18": (11_689_512, 9_600, 1.814), "resnet50": (25_557_032, 53_120, 4.089)}
# keras.applications 3.15: total and trainable.
KERAS = {"resnet50_keras": (25_636_712, 25_583_592)}
# He et al. 2015, option A shortcuts: trainable.
HE = {"resnet20": 269_722}


@pytest.mark.parametrize("name", TORCHVISION)
def test_torchvision(name):
    trainable, statistics, gmacs = TORCHVISION[name]
    cost = compile_spec(name).cost
    assert cost.trainable_params == trainable
    assert cost.non_trainable_params == statistics
    assert round(cost.macs / 1e9, 3) == gmacs


@pytest.mark.parametrize("name", KERAS)
def test_keras_applications(name):
    cost = compile_spec(name).cost
    assert (cost.total_params, cost.trainable_params) == KERAS[name]


@pytest.mark.parametrize("name", HE)
def test_he_2015(name):
    assert compile_spec(name).cost.trainable_params == HE[name]


@pytest.mark.parametrize(
    ("settings", "count"),
    [
        # torchvision 0.28, from the same shipped block.
        (["model.parameters={groups: 32, width: 2}"], 25_028_904),
        (["model.parameters={width: 2}"], 68_883_240),
    ],
    ids=["resnext50_32x4d", "wide_resnet50_2"],
)
def test_relatives_of_resnet50(settings, count):
    assert compile_spec("resnet50", settings).cost.trainable_params == count
