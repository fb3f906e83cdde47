"""Counts that others published, with their source; never regenerated."""

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.compile.find_spec import shipped_specs

# torchvision 0.28: trainable parameters, batch-norm statistics, GMACs as published (three decimals).
TORCHVISION = {
    "resnet18": (11_689_512, 9_600, 1.814),
    "resnet34": (21_797_672, 17_024, 3.664),
    "resnet50": (25_557_032, 53_120, 4.089),
    "resnet101": (44_549_160, 105_344, 7.801),
    "resnet152": (60_192_808, 151_424, 11.514),
    "resnext50_32x4d": (25_028_904, 68_224, 4.230),
    "resnext101_32x8d": (88_791_336, 202_880, 16.414),
    "resnext101_64x4d": (83_455_272, 202_880, 15.460),
    "wide_resnet50_2": (68_883_240, 68_224, 11.398),
    "wide_resnet101_2": (126_886_696, 137_856, 22.753),
}
# keras.applications 3.15: total and trainable.
KERAS = {
    "resnet50_keras": (25_636_712, 25_583_592),
    "resnet101_keras": (44_707_176, 44_601_832),
    "resnet152_keras": (60_419_944, 60_268_520),
    "resnet50v2_keras": (25_613_800, 25_568_360),
    "resnet101v2_keras": (44_675_560, 44_577_896),
    "resnet152v2_keras": (60_380_648, 60_236_904),
}
TRAINABLE = {
    "timm 1.0.31": {
        "resnet18d": 11_708_744,
        "resnet34d": 21_816_904,
        "resnet26": 15_995_176,
        "resnet50d": 25_576_264,
        "resnet101d": 44_568_392,
        "resnet152d": 60_212_040,
        "resnet200d": 64_693_064,
        "seresnet18": 11_779_624,
        "seresnet50": 28_088_024,
        "seresnext50_32x4d": 27_559_896,
        "ecaresnet50d": 25_576_350,
        "resnetv2_50": 25_549_352,
        "resnetaa50": 25_557_032,
        "resnetblur50": 25_557_032,
        "resnetrs50": 35_691_912,
        "resnet50_gn": 25_557_032,
        "resnet50t": 25_573_728,
    },
    "He et al. 2015, CIFAR-10, option A": {
        "resnet20": 269_722,
        "resnet32": 464_154,
        "resnet44": 658_586,
        "resnet56": 853_018,
        "resnet110": 1_727_962,
        "resnet1202": 19_421_274,
    },
    "osmr/imgclsmob, PyTorch model zoo, CIFAR-10": {
        "resnet20_projection": 272_474,
        "resnet56_projection": 855_770,
        "resnet110_projection": 1_730_714,
        "preresnet110": 1_730_522,
        "preresnet164": 1_703_258,
        "wrn_28_10": 36_479_194,
    },
    "kuangliu/pytorch-cifar": {"resnet18_cifar": 11_173_962, "preresnet18": 11_171_146},
    "Zagoruyko and Komodakis 2016, CIFAR-10, no bias in convolutions": {
        "wrn_16_4": 2_748_890,
        "wrn_16_8": 10_961_370,
        "wrn_40_4": 8_949_210,
    },
}
# Published in millions, to one decimal: Xie et al. 2016, table 7.
MILLIONS = {"resnext29_8x64d": 34.4}
# Not of a library or a paper: held against the seed's own page, or only against our golden.
OURS = {"eip4_week4", "quickstart", "cifar10_fast"}


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


@pytest.mark.parametrize(
    ("name", "count"), [pair for figures in TRAINABLE.values() for pair in figures.items()], ids=lambda value: value
)
def test_trainable_parameters(name, count):
    assert compile_spec(name).cost.trainable_params == count


@pytest.mark.parametrize("name", MILLIONS)
def test_millions_of_parameters(name):
    assert round(compile_spec(name).cost.trainable_params / 1e6, 1) == MILLIONS[name]


def test_macs_of_pycls():
    """Hold ResNet-56 with projections against pycls, whose 125,747,850 count the ten additions of the head's bias."""
    assert compile_spec("resnet56_projection").cost.macs + 10 == 125_747_850


def test_every_shipped_spec_has_a_witness_here():
    known = {*TORCHVISION, *KERAS, *MILLIONS, *OURS, *(name for figures in TRAINABLE.values() for name in figures)}
    assert known == set(shipped_specs())


@pytest.mark.parametrize(
    ("parent", "settings", "count"),
    [
        ("wrn_16_4", ["model.parameters={n: 4, width: 2}"], 1_467_610),
        # timm 1.0.31: architectures that are not shipped, from shipped blocks.
        (
            "resnet34",
            [f"model.stages[{stage}].block=se_basic" for stage in range(4)],
            21_960_416,
        ),
        ("resnet50d", [f"model.stages[{stage}].blocks=2" for stage in range(4)], 16_014_408),
        ("resnet50d", ["model.parameters={groups: 32, width: 2}"], 25_048_136),
    ],
    ids=["wrn_28_2", "seresnet34", "resnet26d", "resnext50d_32x4d"],
)
def test_relatives_of_shipped_specs(parent, settings, count):
    assert compile_spec(parent, [*settings, "expect={}"]).cost.trainable_params == count
