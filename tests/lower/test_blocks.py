"""Shipped blocks, and what their parameters do to a graph."""

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.compile.link import shipped_blocks
from resnet_spec.diagnostic import Code, SpecErrors
from resnet_spec.ir import ops


def network(block, filters=16, blocks=2, strides=2, **parameters):
    given = ", ".join(f"{name}: {value}" for name, value in parameters.items())
    return f"""\
name: net
model:
  input: {{shape: [8, 8, 3]}}
  classes: 3
  parameters: {{{given}}}
  stem: [conv: {{filters: 8}}]
  stages: [{{block: {block}, filters: {filters}, blocks: {blocks}, strides: {strides}}}]
  head: [global_avg_pool, dense]
"""


def rates(graph):
    return {node.name: node.op.rate for node in graph if isinstance(node.op, ops.Dropout)}


@pytest.mark.parametrize("block", shipped_blocks())
def test_every_shipped_block_halves_the_image(compile_text, block):
    # A block that cannot widen gets as many channels as the stem gives.
    graph = compile_text(network(block, filters=2 if block == "preact_bottleneck_pool" else 16)).graph
    assert graph["head.global_avg_pool1"].input_shapes[0][:2] == (4, 4)
    assert rates(graph) == {}


@pytest.mark.parametrize("block", [name for name in shipped_blocks() if name != "plain"])
def test_stochastic_depth_grows_to_drop_path(compile_text, block):
    filters, strides = (2, 1) if block == "preact_bottleneck_pool" else (16, 2)
    graph = compile_text(network(block, filters, blocks=4, strides=strides, drop_path=0.2)).graph
    found = rates(graph)
    assert list(found.values()) == pytest.approx([0.05, 0.1, 0.15, 0.2])
    for name in found:
        assert graph[name].op.per_image
        assert graph[name.rpartition(".")[0] + ".add"].inputs[1] == name


@pytest.mark.parametrize("block", [name for name in shipped_blocks() if "bottleneck" in name])
def test_every_bottleneck_takes_an_inner_width_and_groups(compile_text, block):
    filters = 4 if block == "preact_bottleneck_pool" else 16
    text = network(block, filters, blocks=1, expansion=2)
    plain = compile_text(text).graph
    graph = compile_text(text, "model.parameters={expansion: 2, width: 2, groups: 4}").graph
    inner = [graph[f"stage1.block1.conv{number}"].op for number in (1, 2, 3)]
    assert [(op.filters, op.groups) for op in inner] == [(2 * filters, 1), (2 * filters, 4), (2 * filters, 1)]
    ours, theirs = (g["stage1.block1.conv2"].weights[0].shape for g in (graph, plain))
    assert (ours, theirs) == ((3, 3, filters // 2, 2 * filters), (3, 3, filters, filters))


def test_wide_drops_between_its_convolutions(compile_text):
    graph = compile_text(network("wide", dropout=0.3)).graph
    assert rates(graph) == {"stage1.block1.dropout1": 0.3, "stage1.block2.dropout1": 0.3}
    assert graph["stage1.block1.conv2"].inputs == ("stage1.block1.dropout1",)
    assert not graph["stage1.block1.dropout1"].op.per_image


@pytest.mark.parametrize("rate", [1, 1.5, -0.1])
def test_a_rate_is_a_share(compile_text, rate):
    with pytest.raises(SpecErrors, match=f"is {rate:g} here: `rate` is at least 0 and below 1"):
        compile_text(network("wide", dropout=rate))


def test_a_projection_reads_what_an_identity_goes_around(compile_text):
    graph = compile_text(network("preact_basic")).graph
    assert graph["stage1.block1.shortcut.conv1"].inputs == ("stage1.block1.relu1",)
    assert graph["stage1.block2.add"].inputs[0] == "stage1.block1.add"


def test_keras_v2_strides_around_the_raw_input(compile_text):
    graph = compile_text(network("preact_bottleneck_pool", filters=2, blocks=1)).graph
    assert graph["stage1.block1.shortcut.max_pool1"].inputs == ("stem.conv1",)


@pytest.mark.parametrize(
    ("filters", "reduction", "inside"),
    # As timm's make_divisible(filters / reduction, 8, round_limit=0) gives.
    [(16, 16, 8), (24, 16, 8), (200, 16, 16), (184, 16, 8), (128, 16, 8), (96, 4, 24)],
)
def test_a_gate_rounds_its_channels_to_eight(compile_text, filters, reduction, inside):
    graph = compile_text(network("se_basic", filters, reduction=reduction)).graph
    assert graph["stage1.block1.gate1.conv1"].op.filters == inside
    assert graph["stage1.block1.gate1.multiply"].shape == (4, 4, filters)


def test_division_by_zero_is_the_users_fault(compile_text):
    with pytest.raises(SpecErrors) as caught:
        compile_text(network("se_basic", reduction=0))
    (found,) = caught.value.diagnostics
    assert found.code == Code.NOT_WHOLE
    assert "`channels / reduction` divides by zero" in found.message
    assert "reduction = 0" in found.help


def test_plain_has_no_way_around(compile_text):
    assert not any(isinstance(node.op, ops.Add) for node in compile_text(network("plain")).graph)


@pytest.mark.parametrize("block", shipped_blocks())
def test_every_shipped_block_dilates_its_3x3_convolutions(compile_text, block):
    filters = 2 if block == "preact_bottleneck_pool" else 16
    graph = compile_text(network(block, filters, strides=1, dilation=2)).graph
    convs = [node.op for node in graph if isinstance(node.op, ops.Conv2D) and node.name.startswith("stage1")]
    spread = {op.dilation_rate for op in convs if op.kernel_size == (3, 3)}
    assert spread == {2}
    assert {op.dilation_rate for op in convs if op.kernel_size != (3, 3)} <= {1}
    assert graph["head.global_avg_pool1"].input_shapes[0][:2] == (8, 8)


def test_output_stride_8_changes_no_count():
    dilation = [
        setting
        for stage, rate in ((2, 2), (3, 4))
        for setting in (f"model.stages[{stage}].strides=1", f"model.stages[{stage}].parameters={{dilation: {rate}}}")
    ]
    plain, dilated = compile_spec("resnet50"), compile_spec("resnet50", [*dilation, "expect={}"])
    assert dilated.cost.trainable_params == plain.cost.trainable_params
    assert dilated.graph["stage4.block3.add"].shape == (28, 28, 2048)


def test_a_shortcut_may_project_everywhere():
    """Hold option C of He et al. 2015 against the sum, worked out by hand, of what option B does not project."""
    stages = [f"model.stages[{stage}].project=always" for stage in range(4)]
    more = sum(blocks * filters * (filters + 2) for filters, blocks in ((64, 3), (128, 3), (256, 5), (512, 2)))
    assert compile_spec("resnet34", [*stages, "expect={}"]).cost.trainable_params == 21_797_672 + more
