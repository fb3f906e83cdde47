"""Layers whose settings are more than a number: blurs, norms in place, windows that a parameter gives."""

import pytest

from resnet_spec.diagnostic import Code, SpecErrors
from resnet_spec.ir import ops


def network(layers, norm="batch", parameters="{}", side=9):
    return f"""\
name: net
model:
  input: {{shape: [{side}, {side}, 8]}}
  classes: 3
  norm: {norm}
  parameters: {parameters}
  stem: [norm, {layers}]
  stages: [{{block: plain, filters: 8, blocks: 1}}]
  head: [global_avg_pool, dense]
"""


@pytest.fixture
def stem(compile_text):
    def nodes(*arguments, **options):
        graph = compile_text(network(*arguments, **options)).graph
        return {node.name.removeprefix("stem."): node for node in graph if node.name.startswith("stem.")}

    return nodes


@pytest.fixture
def fault(compile_text):
    def find(*arguments, **options):
        with pytest.raises(SpecErrors) as error:
            compile_text(network(*arguments, **options))
        (found,) = error.value.diagnostics
        return found

    return find


def pointed_at(found):
    line = found.span.source.line(found.span.line)
    return line[found.span.column - 1 : found.span.end_column - 1]


def test_a_blur_is_made_of_averages_and_the_last_one_strides(stem):
    nodes = stem("blur_pool: {pool_size: 5}")
    assert [name for name in nodes if name.startswith("blur")] == [
        "blur_pool1.pad", "blur_pool1.average1", "blur_pool1.average2", "blur_pool1.average3", "blur_pool1",
    ]  # fmt: skip
    assert nodes["blur_pool1.pad"].op == ops.Pad((2, 2), "reflect")
    assert [node.op.strides for node in nodes.values() if isinstance(node.op, ops.AvgPool)] == [(1, 1)] * 3 + [(2, 2)]
    assert nodes["blur_pool1"].shape == (5, 5, 8)


def test_a_blur_of_one_pixel_only_strides(stem):
    nodes = stem("blur_pool: {pool_size: 1, strides: 3}")
    assert nodes["blur_pool1"].op == ops.AvgPool((1, 1), (3, 3))


def test_a_blur_without_a_stride_is_left_out(stem):
    assert [name for name in stem("blur_pool: {strides: 1}") if "blur" in name] == []


def test_a_blur_has_a_middle(fault):
    found = fault("blur_pool: {pool_size: 2 * k}", parameters="{k: 2}")
    assert found.code is Code.WRONG_VALUE
    assert "4 pixels has no middle" in found.message
    assert pointed_at(found) == "2 * k"


def test_an_image_too_small_to_be_mirrored(fault):
    found = fault("blur_pool: {pool_size: 5}", side=2)
    assert found.code is Code.SHAPE
    assert "2 x 2 x 8 cannot be mirrored by 2 x 2" in found.message


def test_a_bare_norm_is_the_models(stem):
    nodes = stem("norm", norm="{group: {groups: 4, gamma_initializer: zeros}}")
    assert nodes["norm1"].op == nodes["norm2"].op == ops.GroupNorm(4, gamma_initializer="zeros")


def test_a_norm_in_place_says_what_differs_from_a_model_of_the_same_kind(stem):
    nodes = stem(
        "norm: {batch: {gamma_initializer: zeros}}, norm: batch", norm="{batch: {epsilon: 1e-5, center: false}}"
    )
    assert nodes["norm2"].op == ops.BatchNorm(0.9, 1e-5, center=False, gamma_initializer="zeros")
    assert nodes["norm3"].op == nodes["norm1"].op


def test_a_norm_in_place_may_be_of_another_kind_with_defaults_of_its_own(stem):
    nodes = stem("norm: {group: {groups: 2}}, norm: layer", norm="{batch: {epsilon: 1e-5}}")
    assert [nodes[f"norm{n}"].op for n in (1, 2, 3)] == [
        ops.BatchNorm(0.9, 1e-5), ops.GroupNorm(2, 1e-3), ops.LayerNorm(1e-3),
    ]  # fmt: skip


def test_a_norm_in_place_that_says_what_the_model_does_not_overrules_it(stem):
    nodes = stem("norm: {batch: {scale: false}}", norm="{batch: {gamma_initializer: zeros}}")
    assert [weight.name for weight in nodes["norm2"].weights] == ["beta", "moving_mean", "moving_variance"]


@pytest.mark.parametrize(
    ("layer", "norm", "at"),
    [
        ("norm: {batch: {gamma_initializer: zeros}}", "{batch: {scale: false}}", 7),
        ("norm: {group: {gamma_initializer: zeros, groups: 2, scale: false}}", "batch", 7),
        ("relu", "{layer: {scale: false, gamma_initializer: ones}}", 5),
    ],
)
def test_a_gamma_that_is_left_out_does_not_start(fault, layer, norm, at):
    found = fault(layer, norm=norm)
    assert found.code is Code.CONFLICT
    assert "`gamma_initializer` has no effect" in found.message
    assert found.span.line == at


def test_a_model_norm_that_every_place_replaces_is_said_to_have_no_effect(compile_text):
    text = network("norm: layer").replace("[norm, ", "[").replace("plain", "mine").replace(
        "  stem", "  blocks: {mine: {residual: [conv, norm: layer]}}\n  stem"
    )  # fmt: skip
    with pytest.raises(SpecErrors, match="no layer is a `norm` of this kind"):
        compile_text(text)
    assert compile_text(text.replace("norm: batch", "norm: {layer: {epsilon: 1e-5}}"))


@pytest.mark.parametrize(
    ("layer", "says"),
    [
        ("norm: bach", "did you mean `batch`?"),
        ("norm: {gamma_initializer: zeros}", "known: batch, group, layer"),
        ("norm: {kind: batch}", "known: batch, group, layer"),
        ("norm: {group: {gropus: 2}}", "did you mean `groups`?"),
        ("norm: {batch: {}, layer: {}}", "give one of them"),
    ],
)
def test_what_a_norm_cannot_be(fault, layer, says):
    assert says in fault(layer).help


def test_windows_take_parameters(stem):
    layers = "conv: {filters: 8, kernel_size: k, dilation_rate: r}, conv: {filters: 8, kernel_size: [1, 2 * k]}"
    nodes = stem(f"{layers}, max_pool: {{pool_size: k}}", parameters="{k: 3, r: 2}")
    first, second = nodes["conv1"].op, nodes["conv2"].op
    assert (first.kernel_size, first.dilation_rate, second.kernel_size) == ((3, 3), 2, (1, 6))


def test_a_kernel_may_follow_the_channels(stem):
    nodes = stem("gate: [global_avg_pool: {keepdims: true}, channel_conv: {kernel_size: channels / 8}, sigmoid]")
    assert nodes["gate1.channel_conv1"].op.kernel_size == (1, 1)


@pytest.mark.parametrize("field", ["kernel_size", "dilation_rate"])
def test_a_window_has_a_limit_whatever_gives_it(fault, field):
    found = fault(f"conv: {{filters: 8, {field}: 512 * k}}", parameters="{k: 3}")
    assert found.code is Code.TOO_LARGE
    assert f"`512 * k` is 1,536 here: `{field}` is at most 1,024" in found.message


def test_a_parameter_that_only_a_kernel_reads_is_read_and_an_unknown_one_is_not_there(fault, stem):
    assert stem("conv: {filters: 8, kernel_size: [k, 1]}", parameters="{k: 5}")["conv1"].op.kernel_size == (5, 1)
    found = fault("conv: {filters: 8, kernel_size: [k, w]}", parameters="{k: 5}")
    assert found.code is Code.UNKNOWN_NAME
    assert "`w`" in found.message


@pytest.mark.parametrize("size", ["0", "[3]", "[1, 2, 3]", "2000", "[3, k +]", "true", "1.5"])
def test_what_a_kernel_cannot_be(fault, size):
    found = fault(f"conv: {{filters: 8, kernel_size: {size}}}", parameters="{}")
    assert found.code is Code.WRONG_VALUE
    assert "or two of them: [height, width]" in found.message


def test_a_window_that_does_not_fit_is_blamed_on_the_parameter_that_gave_it(fault):
    found = fault("conv: {filters: 8, kernel_size: k, padding: valid}", parameters="{k: 11}")
    assert "11 x 11 window does not fit" in found.message
    assert found.span.line == 6


@pytest.mark.parametrize(("word", "meant"), [("swish", "silu"), ("hard_swish", "hard_silu")])
def test_keras_second_names_are_understood_though_not_taken(fault, word, meant):
    assert f"did you mean `{meant}`?" in fault(word).help
    assert f"did you mean `{meant}`?" in fault(f"activation: {word}").help
