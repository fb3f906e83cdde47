"""What lowering makes of the language's conventions, and what it refuses."""

import pytest

from resnet_spec.diagnostic import Code, SpecErrors
from resnet_spec.ir import ops

HEAD = """\
name: net
model:
  input: {shape: [16, 16, 8]}
  classes: 3
"""
TAIL = "  head: [global_avg_pool, dense]\n"
PLAIN = "  stem: []\n  stages: [{block: basic, filters: 8, blocks: 1}]\n"


def own(block, stage="{block: mine, filters: 8, blocks: 2}", extra=""):
    """Write a spec around one block."""
    return f"{HEAD}{extra}  blocks:\n    mine: {block}\n  stem: []\n  stages:\n    - {stage}\n{TAIL}"


@pytest.fixture
def fault(compile_text):
    def find(text, *settings):
        with pytest.raises(SpecErrors) as error:
            compile_text(text, *settings)
        (found,) = error.value.diagnostics
        return found

    return find


def test_names_tell_where_a_layer_stands(compile_text, tiny):
    names = [node.name for node in compile_text(tiny).graph]
    assert names[:4] == ["input", "stem.conv1", "stem.norm1", "stem.relu1"]
    assert "stage2.block1.shortcut.conv1" in names
    assert names[-2:] == ["head.global_avg_pool1", "head.dense1"]


def test_only_the_first_block_of_a_stage_strides_and_projects(compile_text):
    graph = compile_text(
        HEAD + "  stem: []\n  stages: [{block: basic, filters: 16, blocks: 3, strides: 2}]\n" + TAIL
    ).graph
    strides = {node.name: node.op.strides for node in graph if isinstance(node.op, ops.Conv2D)}
    assert strides["stage1.block1.conv1"] == strides["stage1.block1.shortcut.conv1"] == (2, 2)
    assert strides["stage1.block2.conv1"] == (1, 1)
    assert "stage1.block2.shortcut.conv1" not in strides


def test_an_identity_passes_by_what_comes_before_and_a_projection_does_not(compile_text):
    block = (
        "{before: [norm, relu], residual: [{conv: {strides: strides}}], "
        "shortcut: {path: [{conv: {kernel_size: 1, strides: strides}}]}}"
    )
    graph = compile_text(own(block, "{block: mine, filters: 8, blocks: 2, strides: 2}")).graph
    assert graph["stage1.block1.shortcut.conv1"].inputs == ("stage1.block1.relu1",)
    assert graph["stage1.block2.add"].inputs == ("stage1.block1.add", "stage1.block2.conv1")


def test_depth_grows_to_one_over_all_stages(compile_text):
    block = "{residual: [conv, stochastic_depth: 0.4 * depth]}"
    graph = compile_text(own(block, "{block: mine, filters: 8, blocks: 4}")).graph
    rates = [node.op.rate for node in graph if isinstance(node.op, ops.Dropout)]
    assert rates == pytest.approx([0.1, 0.2, 0.3, 0.4])


def test_a_multiplier_is_a_parameter(compile_text):
    text = own("{residual: [conv]}", "{block: mine, filters: 4 * width, blocks: depth}",
               "  parameters: {width: 2, depth: 3}\n")  # fmt: skip
    graph = compile_text(text).graph
    assert graph["stage1.block3.conv1"].shape == (16, 16, 8)
    assert "stage1.block5.conv1" in [node.name for node in compile_text(text, "model.parameters.depth=5").graph]


def test_filters_are_rounded_to_a_multiple(compile_text):
    block = "{residual: [{conv: {filters: filters / 2, multiple_of: 8}}, {conv: {filters: 20, multiple_of: 8}}, conv]}"
    graph = compile_text(own(block)).graph
    assert [graph[f"stage1.block1.conv{n}"].shape[2] for n in (1, 2)] == [8, 24]


@pytest.mark.parametrize(
    ("width", "filters"),
    # As timm's make_divisible(64 * width, 8, round_limit=0) gives.
    [(0.35, 24), (0.5, 32), (0.01, 8), (1, 64), (1.4, 88), (0.1875, 16)],
)
def test_a_width_multiplier_is_rounded(compile_text, width, filters):
    stage = "{block: mine, filters: 64 * width, multiple_of: 8, blocks: 1}"
    graph = compile_text(own("{residual: [conv], shortcut: none}", stage, f"  parameters: {{width: {width}}}\n")).graph
    assert graph["stage1.block1.conv1"].shape == (16, 16, filters)


@pytest.mark.parametrize(("depth", "blocks"), [(1, 3), (1.1, 4), (0.1, 1), (2, 6), (1.0001, 4)])
def test_a_depth_multiplier_is_rounded_up(compile_text, depth, blocks):
    text = own(
        "{residual: [conv]}", "{block: mine, filters: 8, blocks: 3 * depth}", f"  parameters: {{depth: {depth}}}\n"
    )
    assert sum(node.name.endswith(".conv1") for node in compile_text(text).graph) == blocks


@pytest.mark.parametrize(
    ("stage", "help"),
    [
        ("{block: mine, filters: 8 * n, blocks: 1}", "with n = 0.3; `multiple_of: 8` beside it would round it"),
        ("{block: mine, filters: 8 * n, multiple_of: 4, blocks: 1, strides: n}", "with n = 0.3"),
        ("{block: mine, filters: 8 * n, multiple_of: 4, blocks: 7 / 2, strides: 10 * n}", "choose other numbers"),
    ],
)
def test_what_is_not_whole_has_a_way_out_where_there_is_one(fault, stage, help):
    found = fault(own("{residual: [conv: {strides: strides}], shortcut: none}", stage, "  parameters: {n: 0.3}\n"))
    assert (found.code, found.help) == (Code.NOT_WHOLE, help)


@pytest.mark.parametrize("setting", ["filters: 8 * n, multiple_of: 4, blocks: 1", "filters: 8, blocks: n"])
def test_rounding_does_not_make_something_of_nothing(fault, setting):
    text = own("{residual: [conv]}", f"{{block: mine, {setting}}}", "  parameters: {n: 0}\n")
    assert "must be above 0" in fault(text).message
    assert "must be above 0" in fault(text, "model.parameters.n=-1").message


def test_symmetric_padding_is_a_node_only_where_same_differs(compile_text):
    block = (
        "{residual: [{conv: {strides: 1, padding: symmetric}}, {conv: {kernel_size: 2, padding: symmetric}}, flatten]}"
    )
    with pytest.raises(SpecErrors):
        compile_text(own(block))
    block = (
        "{residual: [{conv: {padding: symmetric}}], shortcut: none, after: [{conv: {padding: symmetric, strides: 2}}]}"
    )
    names = [node.name for node in compile_text(own(block, "{block: mine, filters: 8, blocks: 1}")).graph]
    assert "stage1.block1.conv1.pad" not in names
    assert "stage1.block1.conv2.pad" in names


@pytest.mark.parametrize(
    ("block", "stage", "says"),
    [
        ("{residual: [conv]}", "{block: mine, filters: 8, blocks: 1, strides: 2}", "`strides` has no effect"),
        ("{residual: [conv], shortcut: none}", "{block: mine, filters: 8, blocks: 1, project: never}", "has no shortcut"),  # noqa: E501
        ("{residual: [conv]}", "{block: mine, filters: 8, blocks: 1, project: first_of_stage}", "has no `path`"),
        ("{residual: [conv]}", "{block: mine, filters: 8, blocks: 1, project: always}", "has no `path`"),
        ("{residual: [conv], shortcut: {project: always}}", "{block: mine, filters: 8, blocks: 1}", "no effect"),
        ("{residual: [conv], shortcut: {project: first_of_stage}}", "{block: mine, filters: 8, blocks: 1}", "no effect"),  # noqa: E501
        ("{residual: [conv], shortcut: {project: never, path: [conv]}}", "{block: mine, filters: 8, blocks: 1}",
         "never projects"),
    ],
)  # fmt: skip
def test_a_setting_without_effect_is_an_error(fault, block, stage, says):
    found = fault(own(block, stage))
    assert found.code is Code.CONFLICT
    assert says in found.message


@pytest.mark.parametrize("setting", ["model.activation=gelu", "model.norm=group"])
def test_a_default_that_no_layer_reads_is_an_error(fault, setting):
    assert fault(own("{residual: [conv, relu]}"), setting).code is Code.CONFLICT


@pytest.mark.parametrize("head", ["[global_avg_pool, dense, softmax]", "[global_avg_pool, {dense: {activation: softmax}}]",  # noqa: E501
                                  "[global_avg_pool, dense]", "[{conv: {filters: 3}}, global_avg_pool, softmax]"])  # fmt: skip  # noqa: E501
def test_a_head_ends_in_logits_or_probabilities(compile_text, head):
    assert compile_text(HEAD + PLAIN + f"  head: {head}\n").graph.nodes[-1].shape == (3,)


@pytest.mark.parametrize("end", ["{dense: {activation: relu}}", "dense, softmax, {dropout: 0.5}", "dense, relu, flatten",  # noqa: E501
                                 "{dense: {activation: softmax}}, softmax", "dense, norm"])  # fmt: skip
def test_any_other_end_is_refused(compile_text, end):
    with pytest.raises(SpecErrors) as error:
        compile_text(HEAD + PLAIN + f"  head: [global_avg_pool, {end}]\n")
    assert {found.code for found in error.value.diagnostics} == {Code.HEAD}


@pytest.mark.parametrize(
    "head",
    [
        "global_avg_pool, {dense: {activation: softmax}}, flatten",
        "{conv: {filters: 3}}, softmax, global_avg_pool",
        "{conv: {filters: 3}}, softmax, {avg_pool: {pool_size: 2}}, {global_avg_pool: {keepdims: true}}, flatten",
        "{conv: {filters: 3}}, softmax, {dropout: 0.5}, {pad: 1}, linear, global_avg_pool",
    ],
)
def test_nothing_follows_a_softmax(compile_text, head):
    with pytest.raises(SpecErrors) as error:
        compile_text(HEAD + PLAIN + f"  head: [{head}]\n")
    (found,) = error.value.diagnostics
    assert found.code is Code.HEAD
    assert "goes on behind its softmax" in found.message


@pytest.mark.parametrize("before", ["{dense: {activation: softmax}}", "dense, sigmoid", "dense, {dropout: 0.5}"])
def test_what_stands_before_the_softmax_is_named(compile_text, before):
    with pytest.raises(SpecErrors, match=r"softmax follows `(softmax|sigmoid|dropout)`"):
        compile_text(HEAD + PLAIN + f"  head: [global_avg_pool, {before}, softmax]\n")


def test_a_map_of_one_pixel_is_to_be_flattened(compile_text):
    with pytest.raises(SpecErrors) as error:
        compile_text(HEAD + PLAIN + "  head: [global_avg_pool: {keepdims: true}, conv: {filters: 3, kernel_size: 1}]\n")
    (found,) = error.value.diagnostics
    assert "`flatten`" in found.help


def test_a_channel_conv_of_an_image_is_one_fault(fault):
    assert "reshaped" in fault(own("{residual: [conv, norm, gate: [channel_conv, sigmoid]]}")).message


def test_a_stride_and_a_dilation_cannot_stand_together(fault):
    found = fault(own("{residual: [{conv: {strides: 2, dilation_rate: 2}}]}"))
    assert found.code is Code.SHAPE
    assert found.span.source.line(found.span.line)[found.span.column - 1 :].startswith("2}}]")


def test_a_size_of_a_shipped_block_is_blamed_on_what_set_it(fault, tiny):
    text = tiny.replace("{block: basic, filters: 4, blocks: 1}",
                        "{block: bottleneck, filters: 4, blocks: 1, parameters: {expansion: 0.3}}")  # fmt: skip
    found = fault(text)
    assert found.code is Code.NOT_WHOLE
    assert found.span.source.name == "net.yaml"
    assert any(span.source.shipped for span, _ in found.related)


def test_a_gate_must_fit_its_input(fault):
    found = fault(own("{residual: [conv, gate: [{conv: {filters: 3}}]]}"))
    assert "16 x 16 x 3" in found.message
    assert "16 x 16 x 8" in found.message


def test_division_by_zero_is_an_error_of_the_spec(fault):
    assert fault(own("{parameters: {n: 0}, residual: [{conv: {filters: filters / n}}]}")).code is Code.NOT_WHOLE


def test_a_parameter_is_blamed_in_the_users_file_before_a_shipped_parent(fault):
    found = fault("extends: resnet50\nname: w\nmodel: {parameters: {width: 1.01}}\n")
    assert str(found.span) == "net.yaml:3:29"
    found = fault("extends: resnet50\nname: w\nmodel: {parameters: {drop_path: 1.5}}\n")
    assert str(found.span) == "net.yaml:3:33"


def test_sizes_that_are_wrong_in_themselves_are_all_said_at_once(compile_text):
    with pytest.raises(SpecErrors) as error:
        compile_text(
            HEAD
            + "  stem: [conv: {filters: 1.5}]\n"
            + "  stages: [{block: basic, filters: 2.5, blocks: 1.5, strides: 0}]\n"
            + "  head: [global_avg_pool, dropout: 1, dense: {units: 11}]\n"
        )
    assert len(error.value.diagnostics) == 6


def faults(compile_text, text):
    with pytest.raises(SpecErrors) as error:
        compile_text(text)
    return [fault.message for fault in error.value.diagnostics]


def test_what_is_not_known_is_not_shown(compile_text):
    after = "[max_pool: {pool_size: 40, strides: 1}]"
    text = own(f"{{residual: [conv: {{filters: filters * 0.3}}], shortcut: none, after: {after}}}")
    assert faults(compile_text, text) == [
        "stage1.block1.conv1: `filters * 0.3` is 2.4 here: it must be a whole number of at least 1",
        "stage1.block1.max_pool1: a 40 x 40 pool does not fit into 16 x 16 x ?",
    ]


def test_a_fault_that_blocks_and_stages_repeat_is_said_once(compile_text):
    stages = "{block: mine, filters: 16, blocks: 3}\n    - {block: mine, filters: 32, blocks: 3}"
    text = own("{residual: [{conv: {filters: filters * 0.3}}, {conv: {groups: 5}}], shortcut: none}", stages)
    assert len(faults(compile_text, text)) == 2


def test_a_network_that_is_too_large_is_looked_at_to_its_end(compile_text):
    stages = "{block: mine, filters: 16, blocks: 900000}\n    - {block: mine, filters: 7, blocks: 900000}"
    text = own("{residual: [{conv: {groups: 2}}], shortcut: none}", stages).replace("dense]", "dense: {units: 4}]")
    assert [message.partition(":")[0] for message in faults(compile_text, text)] == [
        "stage2.block1.conv1", "stage1.block20000.conv1", "the head gives 4 numbers for 3 classes",
    ]  # fmt: skip


def test_after_a_stride_too_many_no_other_is_one(compile_text):
    stages = "\n    - ".join(["{block: mine, filters: 8, blocks: 1, strides: 4}"] * 5)
    (message,) = faults(compile_text, own("{residual: [conv: {strides: strides}], shortcut: none}", stages))
    assert message.startswith("stage3.block1.conv1: a stride of 4 steps past the image, which is 1 x 1 x 8 here")


@pytest.mark.parametrize(
    "head",
    [
        "[flatten, conv: {filters: 3}, flatten, dense]",
        "[flatten, conv: {filters: 3}, max_pool, dense]",
        "[flatten, max_pool: {pool_size: 3}, norm, dense]",
    ],
)
def test_a_layer_of_the_wrong_place_is_one_fault(compile_text, head):
    assert len(faults(compile_text, HEAD + PLAIN + f"  head: {head}\n")) == 1
