"""The steps of a run are functions of seed, epoch and step."""

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.train.batches import batches


@pytest.fixture
def learner():
    from resnet_spec.train.learner import Learner

    compiled = compile_spec("quickstart", ["model.head=[global_avg_pool, dropout: 0.5, dense]"])
    return lambda: Learner(compiled.graph, compiled.spec.train, compiled.spec.data, dtype="float32")


def loss(learner, step):
    """Give the loss of a step that changes nothing, with that step's masks."""
    images = np.random.default_rng(0).integers(0, 256, (8, 8, 8, 1)).astype(np.uint8)
    batch = {
        "images": images, "labels": np.arange(8, dtype=np.int32), "chosen": np.arange(8, dtype=np.int32),
        "step": np.asarray(step, np.uint32), "rate": np.asarray(0, np.float32),
        "0.top": np.zeros(8, np.int32), "0.left": np.zeros(8, np.int32),
    }  # fmt: skip
    return float(learner.step(batch)["loss"])


def test_a_dropout_mask_follows_from_the_step_whatever_was_drawn_before(learner):
    one, other = learner(), learner()
    third = loss(one, 3)
    for step in (1, 7, 2):
        loss(other, step)
    assert loss(other, 3) == third
    assert loss(one, 3) == third
    assert loss(one, 4) != third


def test_the_batches_of_an_epoch_follow_from_its_number():
    spec = compile_spec("quickstart").spec

    def made(epoch, steps):
        found = batches(spec.data, spec.train, 200, epoch=epoch, steps=steps)
        return {step: {name: array.tobytes() for name, array in batch.items()} for step, batch in found}

    whole = made(2, range(1, 4))
    assert made(2, range(1, 4)) == whole
    assert made(2, range(3, 4)) == {3: whole[3]}, "wherever the epoch is entered"
    assert made(3, range(1, 4)) != whole
