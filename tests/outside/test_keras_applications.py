"""keras.applications is the witness of its six networks: its weights, random and imported, give its logits."""

import zlib

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.train.prepare_backend import prepare_backend

# A side that is odd after some stages, where kinds of padding differ.
SIDE = 72


@pytest.fixture
def logits_of(tmp_path):
    """Give a function that builds both networks, the peer's with random weights, and what each makes of two images."""
    prepare_backend()
    import keras

    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.passes.take_logits import take_logits
    from resnet_spec.weights.match_weights import match_weights
    from resnet_spec.weights.read_keras import read_keras

    def build(spec, peer):
        keras.utils.set_random_seed(zlib.crc32(peer.encode()))
        shape = (SIDE, SIDE, 3)
        theirs = getattr(keras.applications, peer)(weights=None, classifier_activation=None, input_shape=shape)
        _randomize(theirs)
        theirs.save_weights(tmp_path / "peer.weights.h5")
        graph = take_logits(compile_spec(spec, [f"model.input.shape={list(shape)}"]).graph)
        match = match_weights(graph, read_keras(tmp_path / "peer.weights.h5"))
        assert match.missing == ()
        assert {fate.status for fate in match.fates} == {"loaded"}
        ours = to_keras(graph)
        images = np.random.default_rng(0).normal(size=(2, *shape)).astype(np.float32)

        def found(**changed):
            set_weights(ours, graph, {**match.arrays, **changed})
            return ours.predict_on_batch(images)

        return theirs.predict_on_batch(images), found, match.arrays

    return build


def _randomize(model):
    """Give statistics and factors values that are not the identity, so that a swapped or forgotten one shows."""
    random = np.random.default_rng(0)
    for layer in model.layers:
        for variable in layer.weights:
            if variable.name == "moving_variance":
                variable.assign(random.uniform(1, 3, variable.shape))
            elif variable.name == "gamma":
                variable.assign(random.uniform(0.5, 1.5, variable.shape))
            elif variable.name in ("beta", "moving_mean", "bias"):
                variable.assign(random.normal(0, 0.1, variable.shape))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("spec", "peer"),
    [
        ("resnet50_keras", "ResNet50"),
        ("resnet101_keras", "ResNet101"),
        ("resnet152_keras", "ResNet152"),
        ("resnet50v2_keras", "ResNet50V2"),
        ("resnet101v2_keras", "ResNet101V2"),
        ("resnet152v2_keras", "ResNet152V2"),
    ],
)
def test_the_same_weights_give_the_same_logits(logits_of, spec, peer):
    expected, found, arrays = logits_of(spec, peer)
    bound = 1e-4 * max(1.0, np.abs(expected).max())
    assert 1e-3 < np.abs(expected[0] - expected[1]).max() < 1e6
    assert np.abs(found() - expected).max() <= bound

    # The comparison can fail: one array of the middle of the network, changed a little.
    gamma = next(path for path in arrays if path.startswith("stage3.") and path.endswith(".gamma"))
    assert np.abs(found(**{gamma: arrays[gamma] + 0.1}) - expected).max() > bound
