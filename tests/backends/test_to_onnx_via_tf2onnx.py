"""onnxruntime is the second witness of what Keras computes."""

import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings

from resnet_spec.compile import compile_spec, compile_text
from resnet_spec.compile.write_yaml import write_yaml
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.diagnostic import CheckFailed
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.passes.take_logits import take_logits

sys.path.insert(0, str(Path(__file__).parents[1]))
from strategies import specs


def exported(compiled, order="rgb", spoil=None):
    """Give the file, a reference made of the network and plain numpy, and images."""
    from resnet_spec.backends.keras_weights import get_weights, set_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

    network = take_logits(compiled.graph)
    model = to_keras(network, seed=3)
    random = np.random.default_rng(0)
    weights = {name: array + random.normal(0, 0.05, array.shape).astype(np.float32) ** 2
               for name, array in get_weights(model, network).items()}  # fmt: skip
    set_weights(model, network, weights)
    channels = compiled.spec.model.input.shape[2]
    scale, offset = np.linspace(0.01, 0.02, channels), np.linspace(-1, 1, channels)
    graph = make_deployable(compiled.graph, Normalize(tuple(scale.tolist()), tuple(offset.tolist()), order))
    if spoil:
        weights[spoil] = weights[spoil] + 0.05
    content = to_onnx_via_tf2onnx(graph, weights, opset=17)

    def reference(images):
        seen = images[..., ::-1] if order == "bgr" else images
        return model.predict_on_batch((seen * scale + offset).astype(np.float32))

    images = random.integers(0, 256, (8, *compiled.spec.model.input.shape)).astype(np.uint8)
    return content, reference, images


@pytest.mark.parametrize("order", ["rgb", "bgr"])
def test_resnet20_is_the_same_in_onnxruntime(order):
    found = verify_onnx(*exported(compile_spec("resnet20"), order))
    assert found.max_relative <= 1e-4
    assert found.nodes["Conv"] == 19


def test_a_weight_that_differs_is_found():
    with pytest.raises(CheckFailed):
        verify_onnx(*exported(compile_spec("quickstart"), spoil="stage2.block1.conv2.kernel"))


def test_channels_the_other_way_round_are_found():
    content, _, images = exported(compile_spec("resnet20"), "bgr")
    _, reference, _ = exported(compile_spec("resnet20"), "rgb")
    with pytest.raises(CheckFailed):
        verify_onnx(content, reference, images)


@pytest.mark.slow
@settings(
    # A failure is found as surely without making it small, which takes minutes here.
    max_examples=8, deadline=None, phases=[Phase.explicit, Phase.generate], suppress_health_check=[HealthCheck.too_slow]
)  # fmt: skip
@given(spec=specs())
def test_a_random_spec_is_the_same_in_onnxruntime(spec):
    verify_onnx(*exported(compile_text(write_yaml(spec), "random.yaml")))
