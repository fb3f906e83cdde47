"""What a child has from its parent and does not read is no fault; what its own file says is."""

from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.compile import compile_text as compile_resolved
from resnet_spec.diagnostic import Code, SpecErrors

CHILD = """\
extends: resnext50_32x4d
name: child
model:
  stages: [{block: basic, filters: 64, blocks: 1}]
"""


def codes(error):
    return [fault.code for fault in error.value.diagnostics]


def test_a_parents_parameters_are_left_out_where_nothing_reads_them(compile_text):
    assert compile_spec("resnext50_32x4d").spec.model.parameters
    compiled = compile_text(CHILD)
    assert compiled.spec.model.parameters == {}
    assert list(compiled.spec.model.blocks) == ["basic"]
    again = compile_resolved(compiled.text, "resolved.yaml")
    assert again.spec == compiled.spec
    assert again.text == compiled.text


def test_one_that_is_still_read_stays(compile_text):
    text = CHILD.replace("block: basic, filters: 64", "block: bottleneck, filters: 64")
    assert compile_text(text).spec.model.parameters == compile_spec("resnext50_32x4d").spec.model.parameters


@pytest.mark.parametrize("own", ["parameters: {groups: 8}", "parameters: {other: 8}"])
def test_what_the_child_says_itself_is_read_or_a_fault(compile_text, own):
    with pytest.raises(SpecErrors) as error:
        compile_text(f"{CHILD}  {own}\n")
    assert codes(error) == [Code.UNUSED_PARAMETER]
    assert str(error.value.diagnostics[0].span) == "net.yaml:5:16"


def test_so_is_what_the_command_line_says(compile_text):
    with pytest.raises(SpecErrors) as error:
        compile_text(CHILD, "model.parameters.groups=8")
    assert codes(error) == [Code.UNUSED_PARAMETER]
    assert error.value.diagnostics[0].span.source.name == "--set"


PARENT = """\
name: parent
model:
  input: {shape: [8, 8, 3]}
  classes: 3
  norm: layer
  parameters: {width: 2}
  blocks:
    own: {parameters: {ratio: 1}, residual: [conv: {filters: filters * ratio, strides: strides}, norm]}
  stem: [conv: {filters: 4 * width}]
  stages: [{block: own, filters: 8, blocks: 2}]
  head: [global_avg_pool, dense]
"""


@pytest.fixture
def child(compile_text):
    def compile_child(text, *settings):
        Path("parent.yaml").write_text(PARENT, encoding="utf-8")
        return compile_text(f"extends: parent.yaml\nname: child\nmodel:\n{text}", *settings)

    return compile_child


def test_blocks_and_defaults_of_a_parent_are_left_out_too(child):
    compiled = child("  stem: [conv: {filters: 8}]\n  stages: [{block: bad, filters: 8, blocks: 2}]\n"
                     "  blocks: {bad: {residual: [conv]}}\n")  # fmt: skip
    model = compiled.document.value["model"]
    assert model["blocks"].keys() == {"bad"}
    assert model["parameters"] == {}
    assert "norm" not in model
    assert compile_resolved(compiled.text, "resolved.yaml").spec == compiled.spec


def test_a_block_of_ones_own_is_used(child):
    with pytest.raises(SpecErrors) as error:
        child("  blocks: {mine: {residual: [conv]}}\n")
    assert codes(error) == [Code.UNUSED_BLOCK]


def test_a_parents_stage_is_held_against_the_childs_block(child):
    with pytest.raises(SpecErrors) as error:
        child(
            "  blocks: {own: {parameters: {spare: 1}}}\n",
            "model.stages=[{block: own, filters: 8, blocks: 1, strides: 2}]",
            "model.blocks.own.residual=[conv]",
        )
    assert sorted(codes(error)) == [Code.UNUSED_PARAMETER, Code.CONFLICT]


def test_a_parent_that_is_checked_itself_answers_for_it_all(compile_text):
    with pytest.raises(SpecErrors) as error:
        compile_text(PARENT.replace("4 * width", "8").replace("filters * ratio", "filters"))
    assert codes(error) == [Code.UNUSED_PARAMETER, Code.UNUSED_PARAMETER]
