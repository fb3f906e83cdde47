"""keras.applications is the witness of `resnet50_keras`: the same weights give the same logits."""

import re

import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.train.prepare_backend import prepare_backend


def our_name(theirs):
    """Give the path of the layer that keras.applications calls `conv3_block1_2_conv` and the like."""
    if theirs == "predictions":
        return "head.dense1"
    if theirs.startswith("conv1_"):
        return {"conv1_conv": "stem.conv1", "conv1_bn": "stem.norm1"}[theirs]
    stage, block, place, kind = re.fullmatch(r"conv(\d)_block(\d+)_(\d)_(conv|bn)", theirs).groups()
    path = f"stage{int(stage) - 1}.block{block}"
    kind = {"conv": "conv", "bn": "norm"}[kind]
    return f"{path}.shortcut.{kind}1" if place == "0" else f"{path}.{kind}{place}"


@pytest.mark.slow
def test_resnet50_gives_the_logits_of_keras_applications():
    prepare_backend()
    import keras

    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.passes.take_logits import take_logits

    keras.utils.set_random_seed(1)
    theirs = keras.applications.ResNet50(weights=None, classifier_activation=None)
    random = np.random.default_rng(0)
    arrays = {}
    for layer in theirs.layers:
        for variable in layer.weights:
            # Statistics and factors that are not the identity, so that a swapped or forgotten one shows.
            if variable.name in ("gamma", "moving_variance"):
                variable.assign(random.uniform(0.5, 1.5, variable.shape))
            elif variable.name in ("beta", "moving_mean", "bias"):
                variable.assign(random.normal(0, 0.1, variable.shape))
            arrays[f"{our_name(layer.name)}.{variable.name}"] = np.array(variable)
    graph = take_logits(compile_spec("resnet50_keras").graph)
    ours = to_keras(graph)
    assert arrays.keys() == graph.weight_shapes().keys()
    set_weights(ours, graph, arrays)
    images = random.normal(size=(2, 224, 224, 3)).astype(np.float32)
    expected, found = (model.predict_on_batch(images) for model in (theirs, ours))
    assert np.abs(found - expected).max() <= 1e-4 * max(1.0, np.abs(expected).max())

    arrays["stage3.block4.norm2.gamma"] = arrays["stage3.block4.norm2.gamma"] + 0.1
    set_weights(ours, graph, arrays)
    assert np.abs(ours.predict_on_batch(images) - expected).max() > 1e-4 * max(1.0, np.abs(expected).max())
