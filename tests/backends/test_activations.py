"""Every activation of the language goes the whole way: built by Keras, written by tf2onnx, run by onnxruntime."""

import numpy as np
import pytest

from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx
from resnet_spec.deploy.verify_onnx import verify_onnx
from resnet_spec.diagnostic import CheckFailed
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.activation import ACTIVATIONS, ALIASES

HALF = len(ACTIVATIONS) // 2
NOT_OURS = {"glu", "threshold"}


def test_the_language_has_every_activation_that_keras_has_and_that_keeps_the_shape():
    from keras import activations

    known = {name for name in dir(activations) if not name.startswith("_")}
    assert known - {"get", "serialize", "deserialize"} == {*ACTIVATIONS, *ALIASES, *NOT_OURS}
    for name, meant in ALIASES.items():
        assert getattr(activations, name) is getattr(activations, meant)


def test_leaky_relu_has_the_slope_that_the_language_page_says():
    import keras

    assert keras.activations.leaky_relu(np.array([-1.0], np.float32)).numpy() == pytest.approx(-0.2)


def network(functions):
    """Write a spec with a block for each function, around which a shortcut keeps values alive."""
    blocks = "\n".join(f"    use_{name}: {{residual: [norm, conv, {name}]}}" for name in functions)
    stages = "\n".join(f"    - {{block: use_{name}, filters: 8, blocks: 1}}" for name in functions)
    return f"""\
name: net
model:
  input: {{shape: [6, 6, 3]}}
  classes: 5
  norm: layer
  blocks:
{blocks}
  stem: [conv: {{filters: 8}}]
  stages:
{stages}
  head: [norm, global_avg_pool, dense: {{activation: softmax}}]
"""


@pytest.fixture
def shipped(compile_text):
    from resnet_spec.backends.keras_weights import get_weights
    from resnet_spec.backends.to_keras import to_keras

    def ship(functions, instead=None):
        compiled = compile_text(network(functions))
        graph = take_logits(compiled.graph)
        model = to_keras(graph, seed=1)
        # A second network of the same weights and names, with another function, to be mistaken for the first.
        deployed = compile_text(network(functions), f"model.blocks.use_{functions[0]}.residual[2]={instead}") \
            if instead else compiled  # fmt: skip
        pixels = Normalize((0.05,) * 3, (-6.0,) * 3)
        content = to_onnx_via_tf2onnx(make_deployable(deployed.graph, pixels), get_weights(model, graph), opset=17)
        images = np.random.default_rng(0).integers(0, 256, (8, 6, 6, 3)).astype(np.uint8)
        return content, lambda x: model.predict_on_batch((x * 0.05 - 6).astype(np.float32)), images

    return ship


@pytest.mark.parametrize("functions", [ACTIVATIONS[:HALF], ACTIVATIONS[HALF:]], ids=["first half", "second half"])
def test_every_activation_is_the_same_in_onnxruntime(shipped, functions):
    assert verify_onnx(*shipped(functions)).max_relative <= 1e-4


def test_another_activation_is_found(shipped):
    with pytest.raises(CheckFailed):
        verify_onnx(*shipped(["soft_shrink"], instead="hard_shrink"))
