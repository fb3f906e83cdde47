"""What a layer computes and how it starts, held against plain numpy."""

import numpy as np
import pytest

from resnet_spec.backends.to_keras import to_keras
from resnet_spec.ir import ops


def network(stem, norm="batch", blocks="{mine: {residual: [conv], shortcut: none}}", shape="[7, 6, 4]"):
    return f"""\
name: net
model:
  input: {{shape: {shape}}}
  classes: 3
  norm: {norm}
  blocks: {blocks}
  stem: [{stem}]
  stages: [{{block: mine, filters: 4, blocks: 1}}]
  head: [global_avg_pool, dense]
"""


def output(graph, name, image):
    import keras

    model = to_keras(graph)
    return np.asarray(keras.Model(model.input, model.get_layer(name).output)(image[None]))[0]


def blurred(image, row, strides):
    """Slide the outer product of a row with itself over the mirrored image, as PyTorch's convolution does."""
    reach, kernel = len(row) // 2, np.outer(row, row) / sum(row) ** 2
    padded = np.pad(image, [(reach, reach), (reach, reach), (0, 0)], mode="reflect")
    height, width, _ = image.shape
    return np.array(
        [
            [np.tensordot(kernel, padded[y : y + len(row), x : x + len(row)], 2) for x in range(0, width, strides)]
            for y in range(0, height, strides)
        ]
    )


@pytest.mark.parametrize(
    ("size", "strides", "row"), [(3, 2, [1, 2, 1]), (3, 3, [1, 2, 1]), (5, 2, [1, 4, 6, 4, 1]), (1, 2, [1])]
)
def test_a_blur_is_binomial(compile_text, size, strides, row):
    text = network(f"norm, blur_pool: {{pool_size: {size}, strides: {strides}}}")
    graph = compile_text(text).graph
    image = np.random.default_rng(0).normal(size=(7, 6, 4)).astype(np.float32)
    found = output(graph, "stem.blur_pool1", image)
    scaled = image / np.sqrt(1 + 1e-3)
    assert found == pytest.approx(blurred(scaled, row, strides), abs=1e-5)
    box = blurred(scaled, [1] * len(row), strides)
    assert size == 1 or np.abs(found - box).max() > 0.1


@pytest.mark.parametrize("kind", ["batch", "group", "layer"])
def test_a_norm_whose_gamma_starts_at_zero_leaves_the_shortcut_alone(compile_text, kind):
    options = "groups: 2, " if kind == "group" else ""
    image = np.random.default_rng(0).normal(size=(7, 6, 4)).astype(np.float32)
    for start, same in (("zeros", True), ("ones", False)):
        last = f"norm: {{{kind}: {{{options}gamma_initializer: {start}}}}}"
        graph = compile_text(network("relu, norm", blocks=f"{{mine: {{residual: [conv, {last}]}}}}")).graph
        before, after = (output(graph, name, image) for name in ("stem.norm1", "stage1.block1.add"))
        assert np.array_equal(before, after) is same


def test_norms_of_several_kinds_stand_in_one_network(compile_text):
    graph = compile_text(network("conv: {filters: 4}, norm, norm: layer, norm: {group: {groups: 2}}")).graph
    layers = [type(to_keras(graph).get_layer(f"stem.norm{number}")).__name__ for number in (1, 2, 3)]
    assert layers == ["BatchNormalization", "LayerNormalization", "GroupNormalization"]
    assert [graph[f"stem.norm{number}"].op for number in (2, 3)] == [ops.LayerNorm(), ops.GroupNorm(2)]
