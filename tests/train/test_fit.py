"""The steps of a run are functions of seed, epoch and step."""

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.data.load_dataset import load_dataset


@pytest.fixture
def run():
    from resnet_spec.train.fit import _Run

    compiled = compile_spec("quickstart", ["model.head=[global_avg_pool, dropout: 0.5, dense]", "data.max_images=64"])
    data, train = compiled.spec.data, compiled.spec.train
    dataset = load_dataset(data, shape=(8, 8, 1), classes=10, seed=train.seed)
    return lambda: _Run(compiled.graph, train, data, dataset)


def masked(run, step):
    """Give what the network says with the masks of a step."""
    run._set_masks(step)
    return np.asarray(run.model(np.ones((4, 8, 8, 1), np.float32), training=True))


def test_a_dropout_mask_follows_from_the_step_whatever_was_drawn_before(run):
    one, other = run(), run()
    third = masked(one, 3)
    for step in (1, 7, 2):
        masked(other, step)
    assert np.array_equal(masked(other, 3), third)
    assert np.array_equal(masked(one, 3), third)
    assert not np.array_equal(masked(one, 4), third)


def test_the_batches_of_an_epoch_follow_from_its_number(run):
    one, other = run(), run()
    batches = [list(each._batches(epoch)) for each, epoch in ((one, 2), (other, 2), (other, 3))]
    assert all(np.array_equal(a[0], b[0]) for a, b in zip(batches[0], batches[1], strict=True))
    assert not all(np.array_equal(a[0], b[0]) for a, b in zip(batches[0], batches[2], strict=True))
