"""What the diagrams show of a network: its stages and blocks, alike ones once, and where shortcuts leave."""

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.passes.count_cost import count_cost
from resnet_spec.passes.outline import outline


def part(spec, name):
    return next(part for part in outline(compile_spec(spec).graph) if part.name == name)


def test_blocks_that_are_alike_are_told_once():
    first, others = part("resnet50", "stage3").units
    assert (first.name, first.blocks, first.params) == ("block1", 1, 1_512_448 + 5_120), (
        "as torchvision counts, and statistics"
    )
    assert (others.name, others.blocks, others.params) == ("block2 to block6", 5, 1_117_184 + 3_072)
    assert first.path == (
        "conv 1 × 1, 256 · norm · relu", "conv 3 × 3, 256, stride 2 · norm · relu", "conv 1 × 1, 1,024 · norm",  # noqa: RUF001
    )  # fmt: skip
    assert first.shortcut == ("conv 1 × 1, 1,024, stride 2 · norm",)  # noqa: RUF001
    assert others.shortcut == ()
    assert first.after == others.after == ("add · relu",)


def test_a_shortcut_leaves_where_the_graph_says():
    first, others = part("resnetv2_50", "stage1").units
    assert first.before == ("norm · relu",), "shared by both paths of a projecting pre-activation block"
    assert first.shortcut == ("conv 1 × 1, 256",)  # noqa: RUF001
    assert others.before == ()
    assert others.path[0] == "norm · relu"


def test_layers_without_a_block_are_a_unit_of_their_own():
    assert [unit.name for unit in part("eip4_week4", "stage4").units] == ["", "block1", "block2"]
    (head,) = part("eip4_week4", "head").units
    assert head.path == ("average pool 8 × 8, stride 8", "flatten", "dense, 10 · softmax")  # noqa: RUF001
    assert head.shortcut is None


def test_gates_blurs_and_padded_shortcuts_have_words():
    assert part("seresnet50", "stage1").units[0].path[-1] == "gate"
    assert part("resnetblur50", "stage2").units[0].path[2] == "blur pool"
    assert part("resnet20", "stage2").units[0].shortcut[-1] == "pad to 32 channels"
    assert ", 32 groups" in part("resnext50_32x4d", "stage1").units[0].path[1]


@pytest.mark.parametrize("name", shipped_specs())
def test_the_parts_add_up_to_the_network(name):
    graph = compile_spec(name).graph
    parts, cost = outline(graph), count_cost(graph)
    assert sum(part.layers for part in parts) == len(graph.nodes)
    assert sum(part.params for part in parts) == cost.total_params
    assert sum(part.macs for part in parts) == cost.macs
    assert sum(unit.params * max(unit.blocks, 1) for part in parts for unit in part.units) == cost.total_params
