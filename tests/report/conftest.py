"""Facts to render: a small network that was trained, and a way to change any of its parts."""

from dataclasses import replace

import pytest

from resnet_spec.passes.layer_table import Layer
from resnet_spec.passes.outline import Part, Unit
from resnet_spec.report.facts import Expectation, Facts, Recipe
from resnet_spec.report.run_facts import (
    CalibrationFacts,
    ClassScore,
    ConfidenceBin,
    DataFacts,
    Epoch,
    RunFacts,
    Scores,
    WrongImage,
)
from resnet_spec.report.shipping_facts import CallTime, ShippedFile, Shipping, Speed, VerificationFacts

LAYERS = (
    Layer("input", "InputLayer", (8, 8, 1), 0, 0, 0, ()),
    Layer("stem.conv", "Conv2D", (8, 8, 16), 160, 160, 9_216, ("input",)),
    Layer("stage1.block1.conv1", "Conv2D", (8, 8, 16), 2_320, 2_320, 147_456, ("stem.conv",)),
    Layer("stage1.block1.norm1", "BatchNormalization", (8, 8, 16), 64, 32, 0, ("stage1.block1.conv1",)),
    Layer("stage1.block1.add", "Add", (8, 8, 16), 0, 0, 0, ("stem.conv", "stage1.block1.norm1")),
    Layer("head.dense", "Dense", (3,), 51, 51, 48, ("stage1.block1.add",)),
)

PARTS = (
    Part("input", (Unit("", "", 0, (), ("image",), None, (), 1, (8, 8, 1), 0, 0),), 1, (8, 8, 1), 0, 0),
    Part("stem", (Unit("", "", 0, (), ("conv 3",), None, (), 1, (8, 8, 16), 160, 9_216),), 1, (8, 8, 16), 160, 9_216),
    Part(
        "stage1",
        (Unit("block1", "block1", 1, (), ("conv 3", "norm"), (), ("add",), 3, (8, 8, 16), 2_384, 147_456),),
        3,
        (8, 8, 16),
        2_384,
        147_456,
    ),
    Part("head", (Unit("", "", 0, (), ("dense",), None, (), 1, (3,), 51, 48),), 1, (3,), 51, 48),
)
DOT_PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg=="


def make_wrong_images(names):
    return tuple(
        WrongImage(f"test/{name}/1.png", name, names[0], 0.9 - n / 100, DOT_PNG, f"mistakes/{n:02d}.png")
        for n, name in enumerate(names[1:], start=1)
    )


def make_epochs(count):
    return tuple(
        Epoch(
            n,
            2 / n,
            1 - 0.5 / n,
            2.2 / n,
            1 - 0.6 / n,
            0.003 if n < 3 else 0.0003,
            1.5,
            512.0,
            True,
            0.0003 if n == 2 else None,
        )
        for n in range(1, count + 1)
    )


def make_scores(names):
    size = len(names)
    confusion = tuple(tuple(9 if i == j else int(j == (i + 1) % size) for j in range(size)) for i in range(size))
    return Scores(0.99, 0.93, 0.9047, 0.4572, None, confusion, tuple(ClassScore(n, 10, 0.9, 0.8, 0.85) for n in names))


def make_shipping():
    times = [
        (CallTime(1, fast, 2 * fast, 900 / fast), CallTime(32, 20 * fast, 30 * fast, 1500 / fast))
        for fast in (2.0, 0.8)
    ]
    plain = ShippedFile("model.onnx", "ab" * 32, 50_543_616, "float32", 0.9047, 150, None, None, 2, 0, times[0])
    smaller = ShippedFile("int8.onnx", "cd" * 32, 12_635_904, "int8-unsigned", 0.9025, 150, 0.9047, 0.3, 2, 2, times[1])
    return Shipping("AMD EPYC", 2, "1.26.0", (plain, smaller), ())


def make_run(names=("cat", "dog", "frog"), epochs=4, skipped=()):
    data = DataFacts("image_folder pets", tuple(names), 1_200, 150, 150, "a tenth of each class", tuple(skipped))
    verification = VerificationFacts(
        256,
        (1, 2, 7, 32),
        3.1e-06,
        1.2e-06,
        1e-4,
        1.0,
        17,
        {"Conv": 2, "Add": 1, "Gemm": 1},
        "Keras 3.15.1 on tensorflow",
        50_543_616,
        "ab" * 32,
    )
    calibration = CalibrationFacts((ConfidenceBin(40, 0.61, 0.5), ConfidenceBin(110, 0.93, 0.95)), 0.044)
    return RunFacts(
        make_epochs(epochs),
        "val_accuracy",
        epochs,
        4423.17,
        data,
        make_scores(names),
        verification,
        True,
        calibration,
        make_wrong_images(names),
        Speed(150, 1234.5),
        make_shipping(),
    )


@pytest.fixture
def facts():
    expectations = (
        Expectation("total_params", 2_595, 2_595, True),
        Expectation("macs", 156_720, 156_721, False),
        Expectation("accuracy", 0.9047, None, None),
    )
    return Facts(
        name="tiny",
        description="A small network.",
        spec_yaml="name: tiny\nmodel:\n  classes: 3\n",
        spec_sha256="cd" * 32,
        recipe=Recipe(("resnet-spec train tiny.yaml --run runs/tiny",)),
        parts=PARTS,
        layers=LAYERS,
        total_params=2_595,
        trainable_params=2_563,
        non_trainable_params=32,
        macs=156_720,
        expectations=expectations,
        environment=(("python", "3.11"), ("onnx", "1.21.0")),
        run=make_run(),
    )


@pytest.fixture
def trained(facts):
    """Facts of a run with these class names, this many epochs, these files left out."""
    return lambda *args, **kwargs: replace(facts, run=make_run(*args, **kwargs))
