"""What a network costs is counted on its file, and agrees with the spec; times are what a clock says."""

import numpy as np
import onnx
import pytest

from resnet_spec.backends.to_onnx import Pixels, to_onnx
from resnet_spec.compile import compile_spec
from resnet_spec.deploy import bench as module
from resnet_spec.deploy.bench import bench
from resnet_spec.deploy.count_macs import count_macs
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.form import Form
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.write_description import write_description
from resnet_spec.diagnostic import Code, InputError
from resnet_spec.ir.ops import Normalize
from resnet_spec.passes.make_deployable import make_deployable


@pytest.mark.parametrize("block", ["basic", "se_basic", "preact_basic"])
def test_macs_of_the_file_are_those_of_the_spec(block, ship_spec):
    compiled = compile_spec("quickstart", [f"model.stages[1].block={block}"])
    assert count_macs(parse_onnx(ship_spec(compiled).read_bytes())) == compiled.cost.macs


def test_times(ship, tiny, monkeypatch):
    ticks = iter(range(10**6))
    monkeypatch.setattr(module.time, "perf_counter", lambda: next(ticks) / 1024)  # exact: each call takes a tick
    monkeypatch.setattr(module, "measure_matrix_rate", lambda threads: 100.0 * threads)
    found = bench(read_network(ship(tiny.model())), batches=(1, 4), threads=(2, 1, 2), seconds=20 / 1024)
    assert found.macs == 6 * 5 * 3 * 4 + 4 * 7
    assert found.file_bytes == (ship(tiny.model())).stat().st_size
    assert found.matrix_gflops == {2: 200.0, 1: 100.0}
    assert [(speed.threads, speed.batch) for speed in found.speeds] == [(2, 1), (2, 4), (1, 1), (1, 4)]
    for speed in found.speeds:
        assert speed.calls == 20
        assert (speed.p50_ms, speed.p95_ms) == (1000 / 1024, 1000 / 1024)
        assert speed.images_per_second == 1024 * speed.batch
        assert speed.gflops == pytest.approx(2 * found.macs * 1024 * speed.batch / 1e9)
        assert speed.share_of_matrix_rate == pytest.approx(speed.gflops / (100 * speed.threads))


def test_a_short_time_is_still_five_calls(ship, tiny, monkeypatch):
    monkeypatch.setattr(module, "measure_matrix_rate", lambda threads: 1.0)
    found = bench(read_network(ship(tiny.model())), batches=(1,), seconds=0)
    assert found.speeds[0].calls == module.MIN_CALLS
    assert found.speeds[0].p50_ms <= found.speeds[0].p95_ms
    assert found.kernels["Softmax"] == 1


def test_a_known_matrix_rate_is_not_measured_again(ship, tiny, monkeypatch):
    monkeypatch.setattr(module, "measure_matrix_rate", lambda threads: pytest.fail("it is known"))
    found = bench(read_network(ship(tiny.model())), batches=(1,), threads=(1,), seconds=0, matrix_gflops={1: 50.0})
    assert found.matrix_gflops == {1: 50.0}
    assert found.speeds[0].share_of_matrix_rate == pytest.approx(found.speeds[0].gflops / 50)


def test_a_network_whose_sizes_do_not_follow_is_refused(ship, tiny):
    model = tiny.model()
    model.graph.node[2].op_type = "Nonsense"
    with pytest.raises(InputError, match="does not tell the sizes"):
        bench(read_network(ship(model)), batches=(1,), threads=(1,), seconds=0, matrix_gflops={1: 1.0})


def test_a_batch_that_does_not_fit_into_memory(ship, tiny):
    with pytest.raises(InputError, match="images do not fit into memory"):
        bench(read_network(ship(tiny.model())), batches=(1 << 44,), threads=(1,), matrix_gflops={1: 1.0})


def test_the_matrix_rate_is_a_speed_that_a_processor_can_have(monkeypatch):
    monkeypatch.setattr("resnet_spec.deploy.measure_matrix_rate.SECONDS", 0.01)
    assert 0.01 < module.measure_matrix_rate(1) < 1e5


def test_a_network_that_stops_is_refused(ship, tiny, monkeypatch):
    monkeypatch.setattr(module, "measure_matrix_rate", lambda threads: 1.0)
    model = tiny.model()
    gathered = onnx.helper.make_node("Gather", ["logits", "far"], ["none"])
    model.graph.node.append(gathered)
    model.graph.initializer.append(onnx.numpy_helper.from_array(np.array([10**6]), "far"))
    model.graph.node.append(onnx.helper.make_node("ReduceSum", ["none"], ["sum"], keepdims=0))
    model.graph.node.append(onnx.helper.make_node("Add", ["logits", "sum"], ["moved"]))
    (softmax,) = (node for node in model.graph.node if node.op_type == "Softmax")
    model.graph.node.remove(softmax)
    softmax.input[0] = "moved"
    model.graph.node.append(softmax)
    with pytest.raises(InputError) as caught:
        bench(read_network(ship(model)), batches=(1,), threads=(1,), seconds=0)
    assert caught.value.diagnostics[0].code is Code.ONNX_INVALID
    assert "does not run at batch 1" in caught.value.diagnostics[0].message


@pytest.mark.parametrize("resize", [None, "stretch", "crop"])
def test_a_file_that_takes_bytes_channels_first(resize, tmp_path, monkeypatch):
    monkeypatch.setattr(module, "measure_matrix_rate", lambda threads: 1.0)
    compiled = compile_spec("quickstart")
    random = np.random.default_rng(0)
    weights = {name: random.random(shape, np.float32) for name, shape in compiled.graph.weight_shapes().items()}
    graph = make_deployable(compiled.graph, Normalize((1 / 255,), (0.0,), "rgb"))
    content = to_onnx(graph, weights, opset=17, pixels=Pixels("uint8", "channels_first", resize))
    form = Form("uint8", "channels_first", resizes=resize is not None)
    path = tmp_path / "model.onnx"
    described = Description(compiled.text, tuple("0123456789"), (8, 8, 1), resize or "none", "0", form)
    path.write_bytes(write_description(content, described, None))
    found = bench(read_network(path), batches=(3,), threads=(1,), seconds=0)
    assert found.macs == compiled.cost.macs
    assert found.speeds[0].images_per_second > 0
