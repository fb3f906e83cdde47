"""Smaller numbers: what the graph becomes, what it loses, and that too much loss is refused."""

import hashlib
import os
import platform
import subprocess
import sys
from collections import Counter

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from resnet_spec.backends.to_onnx import Pixels, to_onnx
from resnet_spec.compile import compile_spec
from resnet_spec.data.dataset import Split
from resnet_spec.data.load_digits import load_digits
from resnet_spec.deploy.check_onnx import check_onnx
from resnet_spec.deploy.count_kernels import count_kernels
from resnet_spec.deploy.count_macs import count_macs
from resnet_spec.deploy.find_peak import find_peak
from resnet_spec.deploy.form import Form
from resnet_spec.deploy.interface import INPUT, RESIZED
from resnet_spec.deploy.keep_outputs import keep_outputs
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.precision import Precision
from resnet_spec.deploy.quantize import quantize
from resnet_spec.deploy.reduce_precision import reduce_precision
from resnet_spec.deploy.run_session import run_session
from resnet_spec.deploy.take_pixels import take_pixels
from resnet_spec.deploy.to_float16 import to_float16
from resnet_spec.diagnostic import CheckFailed, Code, InputError
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable

PLAIN_PIXELS = Pixels()
INT8 = (Precision.INT8_UNSIGNED, Precision.INT8_SIGNED)
x86 = pytest.mark.skipif(platform.machine() not in ("x86_64", "AMD64"), reason="the fast form is x86's")


@pytest.fixture(scope="module")
def digits():
    loaded = load_digits()
    test = loaded.train.take(np.arange(0, len(loaded.train), 4))
    return loaded.train.take(np.flatnonzero(np.arange(len(loaded.train)) % 4)), test


def written(compiled, weights, offset=0.0, pixels=PLAIN_PIXELS):
    graph = make_deployable(compiled.graph, Normalize((1 / 255,), (offset,), "rgb"))
    return to_onnx(graph, weights, opset=17, pixels=pixels)


def learned(digits, *settings, offset=0.0):
    """Give a network that can read: random features, and a last layer that scikit-learn fits to them."""
    from sklearn.linear_model import LogisticRegression

    compiled = compile_spec("quickstart", settings)
    random = np.random.default_rng(0)
    shapes = compiled.graph.weight_shapes()
    weights = {
        name: random.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        if name.endswith("kernel")
        else np.full(shape, name.endswith(("gamma", "variance")), np.float32)
        for name, shape in shapes.items()
    }
    kernel, bias = "head.dense1.kernel", "head.dense1.bias"
    width = shapes[kernel][0]
    columns = np.eye(width, 10 * -(-width // 10), dtype=np.float32)
    train = digits[0]
    features = np.concatenate([
        run_session(open_session(written(compiled, {**weights, kernel: part}, offset)), train.images, 64)[0]
        for part in np.split(columns, columns.shape[1] // 10, axis=1)
    ], axis=1)[:, :width]  # fmt: skip
    fitted = LogisticRegression(max_iter=300).fit(features, train.labels)
    return compiled, {**weights, kernel: fitted.coef_.T.astype("f"), bias: fitted.intercept_.astype("f")}


@pytest.fixture(scope="module")
def parts(digits):
    return learned(digits)


@pytest.fixture(scope="module")
def network(parts):
    return written(*parts)


def operators(content):
    return Counter(node.op_type for node in onnx.load_model_from_string(content).graph.node)


@pytest.mark.parametrize("precision", Precision)
def test_a_network_that_can_read_reads_as_well(precision, network, digits):
    train, test = digits
    content, found = reduce_precision(network, precision, calibration=train.images[:64], test=test, max_drop=1)
    assert found.accuracy_before > 0.7
    assert found.accuracy_after >= found.accuracy_before - 0.01
    assert (found.images, found.max_drop, found.precision) == (len(test), 1, precision)
    assert found.calibration_images == 64
    logits = [run_session(open_session(each), test.images, 32)[0] for each in (network, content)]
    assert found.accuracy_after == np.mean(logits[1].argmax(axis=1) == test.labels)
    assert found.top1_agreement == np.mean(logits[0].argmax(axis=1) == logits[1].argmax(axis=1))
    assert not np.array_equal(*logits)
    assert len(content) < len(network) * (0.6 if precision is Precision.FLOAT16 else 0.5)
    assert {each.domain for each in onnx.load_model_from_string(content).opset_import} <= {"", "ai.onnx.ml"}
    check_onnx(content)


@x86
@pytest.mark.parametrize("offset", [0.0, -0.5], ids=["scaled", "scaled and moved"])
def test_onnxruntime_runs_all_of_it_in_integers(offset, digits):
    network = written(*learned(digits, offset=offset), offset)
    kernels = count_kernels(quantize(network, digits[0].images[:32]))
    told = operators(network)
    assert kernels["QLinearConv"] == told["Conv"] == 6
    assert kernels["QLinearAdd"] == 2
    assert kernels["QGemm"] == kernels["QLinearGlobalAveragePool"] == 1
    assert not {"Conv", "Relu", "Gemm", "GlobalAveragePool"} & kernels.keys()
    assert kernels["Softmax"] == 1


@pytest.mark.parametrize("precision", INT8)
def test_the_form_of_the_numbers(precision, network, digits):
    signed = precision is Precision.INT8_SIGNED
    dark = np.minimum(digits[0].images[:32], 100)
    model = onnx.load_model_from_string(quantize(network, dark, signed=signed))
    tensors = {each.name: numpy_helper.to_array(each) for each in model.graph.initializer}
    pairs = [node for node in model.graph.node if node.op_type == "QuantizeLinear"]
    assert {tensors[node.input[2]].dtype for node in pairs} == {np.dtype(np.int8 if signed else np.uint8)}
    assert not signed or all(tensors[node.input[2]] == 0 for node in pairs)
    assert (operators(model.SerializeToString())["Relu"] > 0) == signed  # else quantizing cuts off what is negative
    (image,) = (node for node in pairs if node.input[0] == "image.channels_first")
    assert tensors[image.input[1]] == pytest.approx(255 / 127 if signed else 1)
    weights = [values for name, values in tensors.items() if values.ndim == 4]
    assert len(weights) == 6
    assert {values.dtype for values in weights} == {np.dtype(np.int8)}
    for node in model.graph.node:
        if node.op_type == "DequantizeLinear" and tensors.get(node.input[0], np.zeros(1)).ndim == 4:
            assert tensors[node.input[1]].shape == tensors[node.input[0]].shape[:1]  # a scale a channel


def test_the_logits_are_not_rounded(network, digits):
    model = onnx.load_model_from_string(quantize(network, digits[0].images[:32]))
    ends = {name: node.op_type for node in model.graph.node for name in node.output}
    assert (ends["logits"], ends["probabilities"]) == ("Gemm", "Softmax")


@pytest.mark.parametrize("precision", INT8)
def test_the_logits_are_not_rounded_where_a_convolution_gives_them(precision, parts, digits):
    head = "[global_avg_pool: {keepdims: true}, conv: {filters: 10, kernel_size: 1, use_bias: true}, flatten]"
    compiled = compile_spec("quickstart", [f"model.head={head}"])
    shapes = compiled.graph.weight_shapes()
    weights = {name: parts[1][name.replace("head.conv1", "head.dense1")].reshape(shapes[name]) for name in shapes}
    content, found = reduce_precision(
        written(compiled, weights), precision, calibration=digits[0].images[:64], test=digits[1], max_drop=1
    )
    assert found.convolutions == 7
    assert found.integer_convolutions == 6 or precision is Precision.INT8_SIGNED
    logits = run_session(open_session(content), digits[1].images, 32)[0]
    assert len(np.unique(logits)) > 1000  # no 256 levels


def test_a_convolution_whose_output_is_averaged_stays_in_integers(digits):
    compiled = compile_spec("quickstart", ["model.head=[{conv: {filters: 10}}, global_avg_pool]"])
    random, shapes = np.random.default_rng(0), compiled.graph.weight_shapes()
    weights = {
        name: random.standard_normal(shape, np.float32) * np.float32(np.sqrt(2 / np.prod(shape[:-1])))
        if name.endswith("kernel")
        else np.full(shape, name.endswith(("gamma", "variance")), np.float32)
        for name, shape in shapes.items()
    }
    content, found = reduce_precision(
        written(compiled, weights),
        Precision.INT8_UNSIGNED,
        calibration=digits[0].images[:64],
        test=digits[1],
        max_drop=100,
    )
    assert (found.convolutions, found.integer_convolutions) == (7, 7)
    assert len(np.unique(run_session(open_session(content), digits[1].images, 32)[0])) > 1000


def test_a_norm_without_an_integer_kernel_is_left_as_it_is(digits, caplog):
    network = written(*learned(digits, "model.norm={group: {groups: 4}}"))
    graph = onnx.load_model_from_string(quantize(network, digits[0].images[:32])).graph
    numbers = {each.name for each in graph.initializer if each.data_type == onnx.TensorProto.FLOAT}
    norms = [node for node in graph.node if node.op_type == "InstanceNormalization"]
    assert len(norms) == 6
    assert {name for node in norms for name in node.input[1:]} <= numbers
    assert not caplog.records


@pytest.mark.parametrize("block", ["se_basic", "preact_basic", "basic_pad"])
def test_other_blocks(block, digits):
    settings = (f"model.stages[0].block={block}", f"model.stages[1].block={block}")
    network = written(*learned(digits, *settings))
    for precision in Precision:
        _, found = reduce_precision(
            network, precision, calibration=digits[0].images[:64], test=digits[1], max_drop=2
        )  # fmt: skip
        assert found.top1_agreement > 0.95


def test_float16_is_within_the_rounding_of_its_numbers(network, digits):
    images = digits[1].images[:32]
    before, after = (run_session(open_session(each), images, 32) for each in (network, to_float16(network)))
    scale = np.abs(before[0]).max()
    assert 0 < np.abs(after[0] - before[0]).max() < scale * 2e-3
    assert np.abs(after[1].sum(axis=1) - 1).max() < 1e-6
    model = onnx.load_model_from_string(to_float16(network))
    kinds = {each.data_type for each in model.graph.initializer if len(each.dims) > 1}
    assert kinds == {onnx.TensorProto.FLOAT16}


def test_macs_do_not_change_with_the_numbers(network, digits):
    smaller = (quantize(network, digits[0].images[:8]), to_float16(network))
    assert {count_macs(onnx.load_model_from_string(each)) for each in (network, *smaller)} == {
        compile_spec("quickstart").cost.macs
    }


def test_the_same_images_give_the_same_bytes_in_any_process(network, digits, tmp_path):
    images = digits[0].images[:32]
    (tmp_path / "network.onnx").write_bytes(network)
    np.save(tmp_path / "images.npy", images)
    code = (
        "import hashlib, numpy; from pathlib import Path; from resnet_spec.deploy.quantize import quantize\n"
        "content = quantize(Path('network.onnx').read_bytes(), numpy.load('images.npy'))\n"
        "print(hashlib.sha256(content).hexdigest())"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path, capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": "7"},
    )  # fmt: skip
    assert done.stdout.strip() == hashlib.sha256(quantize(network, images)).hexdigest()
    assert done.stderr == ""


def test_too_much_loss_is_refused(network, digits):
    train, test = digits
    with pytest.raises(CheckFailed) as caught:
        reduce_precision(network, Precision.INT8_UNSIGNED, calibration=np.zeros_like(train.images[:8]), test=test)
    (fault,) = caught.value.diagnostics
    assert caught.value.exit_code == 4
    assert fault.code is Code.ACCURACY_DROP
    assert "points lost, 0.3 allowed" in fault.message
    _, found = reduce_precision(
        network, Precision.INT8_UNSIGNED, calibration=np.zeros_like(train.images[:8]), test=test, max_drop=100
    )
    assert found.drop > 0.3


def test_numbers_too_large_for_float16_are_refused_although_a_processor_would_not_notice(tiny, images):
    tiny.kernel *= 1e4
    tiny.dense *= 1e4
    split = Split(images, tiny.logits(images).argmax(axis=1), tuple(map(str, range(len(images)))))
    content = tiny.model().SerializeToString()
    assert np.isfinite(run_session(open_session(to_float16(content)), images, 8)[0]).all()
    with pytest.raises(CheckFailed) as caught:
        reduce_precision(content, Precision.FLOAT16, calibration=images, test=split)
    (fault,) = caught.value.diagnostics
    assert fault.code is Code.NOT_FINITE
    assert "`logits`, and float16 ends at 65,504" in fault.message


def test_images_are_needed(network, digits):
    train, test = digits
    for calibration, scored, said in (
        (train.images[:4], test.take(np.arange(0)), "score"),
        (train.images[:0], test, "calibrate"),
    ):
        with pytest.raises(InputError) as caught:
            reduce_precision(network, Precision.FLOAT16, calibration=calibration, test=scored)
        assert f"no images to {said}" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("output", ["logits", "probabilities"])
def test_files_that_take_and_give_something_else(precision, output, parts, digits):
    form = Form("uint8", "channels_first", False, (output,))
    whole = written(*parts, pixels=Pixels("uint8", "channels_first", None))
    content = keep_outputs(whole, form.outputs)
    reduced, found = reduce_precision(
        content, precision, calibration=digits[0].images[:64], test=digits[1], max_drop=1, form=form
    )
    assert found.top1_agreement > 0.9
    assert check_onnx(reduced, form).interface.classes == 10


@pytest.mark.parametrize("precision", Precision)
@pytest.mark.parametrize("dtype", ["uint8", "float32"])
def test_resizing_is_left_in_float32(precision, dtype, parts, digits):
    form = Form(dtype, "channels_first", resizes=True)
    content = written(*parts, pixels=Pixels(dtype, "channels_first", "crop"))
    reduced, _ = reduce_precision(
        content, precision, calibration=digits[0].images[:64], test=digits[1], max_drop=1, form=form
    )
    large = digits[1].images[:1].repeat(400, axis=1).repeat(400, axis=2)  # 3,200 pixels a side
    before, after = (pixels_of(each, large, form) for each in (content, reduced))
    np.testing.assert_array_equal(after, before)
    assert before.std() > 10


def pixels_of(content, images, form):
    """Give what a file that resizes makes of images."""
    model = onnx.load_model_from_string(content)
    model.graph.output.append(onnx.ValueInfoProto(name=RESIZED))
    session = open_session(model.SerializeToString())
    return session.run([RESIZED], {INPUT: take_pixels(images, form)})[0]


def test_numbers_that_are_not_finite_are_refused(network, digits, monkeypatch):
    train, test = digits

    def overflowing(content):
        model = onnx.load_model_from_string(to_float16(content))
        (last,) = (node for node in model.graph.node if "logits" in node.output)
        last.output[0] = "before"
        model.graph.initializer.append(numpy_helper.from_array(np.array(0, np.float32), "zero"))
        place = list(model.graph.node).index(last) + 1
        model.graph.node.insert(place, onnx.helper.make_node("Div", ["before", "zero"], ["logits"]))
        return model.SerializeToString()

    monkeypatch.setattr("resnet_spec.deploy.reduce_precision.to_float16", overflowing)
    with pytest.raises(CheckFailed) as caught:
        reduce_precision(network, Precision.FLOAT16, calibration=train.images[:4], test=test, max_drop=100)
    (fault,) = caught.value.diagnostics
    assert fault.code is Code.NOT_FINITE
    assert "not finite for a real image" in fault.message


def test_what_is_not_a_number_is_the_largest(network, digits):
    model = onnx.load_model_from_string(network)
    kernel = next(tensor for tensor in model.graph.initializer if len(tensor.dims) == 4)
    values = numpy_helper.to_array(kernel).copy()
    values.flat[0] = np.nan
    kernel.CopyFrom(numpy_helper.from_array(values, kernel.name))
    assert np.isfinite(find_peak(network, digits[0].images[:4])[0])
    assert not np.isfinite(find_peak(model.SerializeToString(), digits[0].images[:4])[0])
