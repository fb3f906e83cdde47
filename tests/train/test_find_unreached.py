"""What comes after the end of a run is said, and what does not is not."""

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.train.find_unreached import find_unreached

TIMES = {
    "schedule={multi_step: {milestones: [1, 2, {steps: 19}, {steps: 20}]}}": [
        "the milestone at 2 epochs of `train.schedule`",
        "the milestone at 20 steps of `train.schedule`",
    ],
    "schedule={step: {every: 1.5, warmup: {steps: 19}}}": [],
    "schedule={step: {every: {steps: 30}, warmup: 1}}": ["the first drop of `train.schedule`, after 30 steps"],
    "schedule={cosine: {warmup: {steps: 20}}}": ["the end of the warm-up of `train.schedule`, after 20 steps"],
    "schedule=one_cycle": [],
    'groups=[{match: "stem.*", trainable: {from_epoch: 3}}, {match: "head.*", trainable: {until_epoch: 3}}]': [
        "epoch 3, from which `stem.*` of `train.groups` is trained",
        "epoch 3, until which `head.*` of `train.groups` is trained",
    ],
    'groups=[{match: "stem.*", trainable: {from_epoch: 2}}, {match: "head.*", trainable: {until_epoch: 2}}]': [],
    'groups=[{match: "stem.*", trainable: false}]': [],
    "progressive_resizing=[{size: 4, until_epoch: 1}, {size: [6, 8], until_epoch: 2}]": [
        "epoch 3, from which `train.progressive_resizing` has images of the input's size",
    ],
    "progressive_resizing=[{size: 4, until_epoch: 2}, {size: [6, 8], until_epoch: 4}]": [
        "epoch 3, from which `train.progressive_resizing` has images of 6x8",
        "epoch 5, from which `train.progressive_resizing` has images of the input's size",
    ],
    "progressive_resizing=[{size: 4, until_epoch: 1}]": [],
}


@pytest.mark.parametrize("setting", TIMES)
def test_a_time_after_the_end_is_said(setting):
    train = compile_spec("quickstart", [f"train.{setting}", "train.epochs=2"]).spec.train
    assert find_unreached(train, 10) == [f"never reached in 2 epochs: {line}" for line in TIMES[setting]]


def test_every_shipped_recipe_reaches_all_that_it_says():
    from resnet_spec.compile.find_spec import shipped_specs

    trained = [train for name in shipped_specs() if (train := compile_spec(name).spec.train)]
    assert trained
    assert [line for train in trained for line in find_unreached(train, 100)] == []
