"""How fast is an ONNX file written, and how fast is it? Contenders take turns, in one sitting.

    python benchmarks/deploy.py [ROUNDS] [--only export|command|latency|int8] [--run RUN]

- export: from weights in memory to a file on disk, ours against tf2onnx's conversion of a finished Keras model.
- command: `resnet-spec export RUN` from its start to a file that was verified on 256 images, against that conversion.
- latency: milliseconds a batch of 1 and of 32 for our file and those of tf2onnx and PyTorch: by the clock on all
  cores, and of the processor on one, which other programs disturb least and which ours is held to.
- int8: the same for our float32 and int8 files; with `--run`, also the points of accuracy that int8 costs that run's
  network on its test images.

What is not installed (PyTorch with its exporter, OpenVINO) is left out, and said. Only ratios of one sitting mean
anything.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np

from resnet_spec.backends.to_onnx import to_onnx
from resnet_spec.compile import Compiled, compile_spec
from resnet_spec.deploy.quantize import quantize
from resnet_spec.ir import Graph, ops
from resnet_spec.ir.ops import Add, Normalize
from resnet_spec.passes.make_deployable import make_deployable
from resnet_spec.weights.weights_file import write_weights

NETWORKS = ("eip4_week4", "resnet50")
OPSET = 17
BATCHES = {1: 20, 32: 2}
"""Batch sizes, and calls a round."""
LEAST_EXPORT_RATIO, MOST_COMMAND_SHARE = 20, 1 / 3
LEAST_INT8_RATIO = {1: 2.3, 32: 3.0}
"""By batch size."""
PROGRAM = (sys.executable, "-c", "from resnet_spec.cli import main; main()")
Run = Callable[[np.ndarray], object]


@dataclass(frozen=True)
class Took:
    """Seconds by the clock, and seconds of the processor, which other processes disturb less."""

    wall: float
    processor: float


@dataclass(frozen=True)
class Network:
    """A shipped network with weights that nothing is special about."""

    compiled: Compiled
    graph: Graph
    weights: dict[str, np.ndarray]

    def images(self, count: int) -> np.ndarray:
        """Draw images."""
        return np.random.default_rng(1).integers(0, 256, (count, *self.graph.input.shape)).astype(np.float32)


@cache
def network(name: str) -> Network:
    """Take a spec and draw weights."""
    compiled, random = compile_spec(name), np.random.default_rng(0)
    channels = compiled.spec.model.input.shape[2]
    graph = make_deployable(compiled.graph, Normalize((1 / 58.0,) * channels, (-2.1,) * channels))
    # A training leaves small changes in each of many blocks; large ones would outgrow float32 in hundreds of them.
    change = np.float32(min(1, 60 / max(1, sum(isinstance(node.op, Add) for node in graph))))

    def drawn(kind: str, shape: tuple[int, ...]) -> np.ndarray:
        values = random.standard_normal(shape, np.float32)
        if kind == "kernel":
            return values * np.float32(np.sqrt(1 / np.prod(shape[:-1])))
        if kind == "gamma":
            return change * (1 + values**2 / 5)
        return 1 + values**2 / 5 if kind == "moving_variance" else values / 10

    return Network(compiled, graph, {n: drawn(n.rpartition(".")[2], s) for n, s in graph.weight_shapes().items()})


@cache
def ours(name: str) -> bytes:
    """Write the graph."""
    return to_onnx(network(name).graph, network(name).weights, opset=OPSET)


@cache
def ours_int8(name: str) -> bytes:
    """Write the same in integers; the values of these weights and images do not change how long it takes."""
    return quantize(ours(name), network(name).images(16).astype(np.uint8))


@cache
def tf2onnx(name: str) -> bytes:
    """Convert through Keras and tf2onnx."""
    from resnet_spec.backends.to_onnx_via_tf2onnx import to_onnx_via_tf2onnx

    return to_onnx_via_tf2onnx(network(name).graph, network(name).weights, opset=OPSET)


@cache
def pytorch(name: str) -> bytes:
    """Export the same network, pixels to probabilities, from PyTorch."""
    import torch

    net, target = network(name), Path(tempfile.mkdtemp()) / "model.onnx"
    images = torch.from_numpy(net.images(2))
    torch.onnx.export(
        _torch_module(net), (images,), target, opset_version=OPSET, dynamo=bool(find_spec("onnxscript")),
        input_names=["image"], output_names=["logits", "probabilities"], external_data=False,
        **({"dynamic_shapes": ({0: torch.export.Dim("batch")},)} if find_spec("onnxscript")
           else {"dynamic_axes": {"image": {0: "batch"}}}),
    )  # fmt: skip
    return target.read_bytes()


def onnxruntime(content: bytes, threads: int) -> Run:
    """Open a file in onnxruntime; 0 threads are as many as it thinks best."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
    return lambda images: session.run(None, {"image": images})


def openvino(content: bytes, threads: int) -> Run:
    """Compile a file with OpenVINO; what is not in integers, in float32."""
    import openvino

    core = openvino.Core()
    hints = {"INFERENCE_PRECISION_HINT": "f32", "PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": threads}
    compiled = core.compile_model(core.read_model(content), "CPU", hints)
    request = compiled.create_infer_request()
    return lambda images: request.infer({"image": images})


@dataclass(frozen=True)
class Contender:
    """A file, and what runs it."""

    name: str
    make: Callable[[str], bytes]
    open: Callable[[bytes, int], Run]
    needs: tuple[str, ...] = ()


OURS = Contender("ours, onnxruntime", ours, onnxruntime)
RIVALS = (
    Contender("tf2onnx, onnxruntime", tf2onnx, onnxruntime, ("tf2onnx",)),
    Contender("PyTorch, onnxruntime", pytorch, onnxruntime, ("torch",)),
)
"""Ours may not be slower than these."""
IN_OPENVINO = Contender("ours, OpenVINO", ours, openvino, ("openvino",))
INT8 = Contender("ours int8, onnxruntime", ours_int8, onnxruntime)
INT8_IN_OPENVINO = Contender("ours int8, OpenVINO", ours_int8, openvino, ("openvino",))
NOISE = 1.03
"""Two files of the same graph differ by as much from one sitting to the next."""


def latency(rounds: int) -> list[str]:
    """Time every contender at every batch size, and give what is slower than it may be."""
    slow = []
    for name, batch, best in _best_times((OURS, *RIVALS, IN_OPENVINO), rounds):
        for rival in RIVALS:
            if (rival.name, 1) in best and best[OURS.name, 1] > NOISE * best[rival.name, 1]:
                slow.append(f"{name} at batch {batch}: {rival.name} is faster")
    return slow


def int8(rounds: int) -> list[str]:
    """Time float32 and int8, and give where int8 gains less than it must."""
    slow = []
    for name, batch, best in _best_times((OURS, INT8, IN_OPENVINO, INT8_IN_OPENVINO), rounds):
        ratio = best[OURS.name, 0] / best[INT8.name, 0]
        print(f"{name:12} batch {batch:2}  int8 is {ratio:.2f} times as fast on all cores", flush=True)
        if ratio < LEAST_INT8_RATIO[batch]:
            slow.append(f"{name} at batch {batch}: int8 is not {LEAST_INT8_RATIO[batch]} times as fast")
    return slow


def int8_accuracy(run: Path) -> None:
    """Export a trained run in int8, which fails where that costs too much, and print what the file says of it."""
    with tempfile.TemporaryDirectory() as folder:
        target = Path(folder) / "int8.onnx"
        subprocess.run([*PROGRAM, "export", run, "-o", target, "--int8"], check=True)


def _best_times(
    contenders: tuple[Contender, ...], rounds: int
) -> Iterator[tuple[str, int, dict[tuple[str, int], float]]]:
    """Print and give, by network and batch size, the best seconds of each contender that is installed, by threads."""
    present = [each for each in contenders if all(map(find_spec, each.needs))]
    for each in contenders:
        if each not in present:
            print(f"left out, for {' and '.join(each.needs)} is not installed: {each.name}", flush=True)
    for name in NETWORKS:
        ways = {(each.name, threads): each.open(each.make(name), threads) for each in present for threads in (0, 1)}
        for batch, calls in BATCHES.items():
            times = _take_turns(ways, network(name).images(batch), calls, rounds)
            best = {way: min(took) for way, took in times.items()}
            for each in present:
                alone = best[each.name, 1]
                print(
                    f"{name:12} batch {batch:2}  {each.name:24} {best[each.name, 0] * 1e3:8.2f} ms on all cores, "
                    f"{alone * 1e3:8.2f} ms of one: {alone / best[OURS.name, 1]:5.2f} of ours",
                    flush=True,
                )
            yield name, batch, best


def _take_turns(
    ways: dict[tuple[str, int], Run], images: np.ndarray, calls: int, rounds: int
) -> dict[Any, list[float]]:
    """Time every way of running, in another order each round; the first round warms up."""
    times: dict[Any, list[float]] = {way: [] for way in ways}
    for turn in range(rounds + 1):
        order = list(ways)[turn % len(ways) :] + list(ways)[: turn % len(ways)]
        for way in order:
            took = [_took(partial(ways[way], images)) for _ in range(calls)]
            times[way] += [each.processor if way[1] else each.wall for each in took] if turn else []
    return times


def export(rounds: int) -> list[str]:
    """Time writing a file, against tf2onnx's conversion of a model that Keras has already."""
    slow = []
    for name in NETWORKS:
        net, converted = network(name), tf2onnx_took(name)
        with tempfile.TemporaryDirectory() as folder:
            ours = _middle([_took(partial(_write, net, Path(folder) / "model.onnx")) for _ in range(rounds)])
        if _compare(name, "export", ours, converted) > 1 / LEAST_EXPORT_RATIO:
            slow.append(f"{name}: the export is less than {LEAST_EXPORT_RATIO} times as fast")
    return slow


def _write(net: Network, target: Path) -> None:
    target.write_bytes(to_onnx(net.graph, net.weights, opset=OPSET))


@cache
def tf2onnx_took(name: str) -> Took:
    """Time the conversion alone, once: it takes long."""
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend()
    from resnet_spec.backends import to_onnx_via_tf2onnx as via
    from resnet_spec.backends.keras_weights import set_weights
    from resnet_spec.backends.to_keras import to_keras

    net = network(name)
    model = to_keras(net.graph)
    set_weights(model, net.graph, net.weights)
    return _took(lambda: via._convert(model, net.graph, OPSET))


def command(rounds: int) -> list[str]:
    """Time the command line, from its start to a verified file."""
    slow = []
    for name in NETWORKS:
        with tempfile.TemporaryDirectory() as place:
            run = _run_directory(name, Path(place))
            quiet = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3"}
            start = partial(subprocess.run, check=True, stdout=subprocess.DEVNULL, env=quiet)
            commands = [[*PROGRAM, "export", run, "-o", run / f"{number}.onnx"] for number in range(rounds)]
            ours = _middle([_took(partial(start, each)) for each in commands])
        if _compare(name, "start to verified file", ours, tf2onnx_took(name)) > MOST_COMMAND_SHARE:
            slow.append(f"{name}: start to verified file takes more than a third of tf2onnx's conversion")
    return slow


def _run_directory(name: str, place: Path) -> Path:
    shape, classes = network(name).graph.input.shape, network(name).compiled.spec.model.classes
    images, labels = network(name).images(256).astype(np.uint8), np.arange(256) % classes
    few = {"x_train": images[:2], "y_train": labels[:2], "x_test": images, "y_test": labels}
    np.savez(place / "images.npz", class_names=np.array([f"class {number}" for number in range(classes)]), **few)
    settings = [f"data={{source: {{npz: {place / 'images.npz'}}}}}", "expect={}"]
    compiled = compile_spec(name, settings)
    run = place / "run"
    run.mkdir()
    (run / "spec.yaml").write_text(compiled.text, encoding="utf-8")
    write_weights(run / "best.weights", {n: network(name).weights[n] for n in compiled.graph.weight_shapes()})
    assert shape == compiled.spec.model.input.shape
    return run


def _took(work: Callable[[], object]) -> Took:
    begin, own, children = time.perf_counter(), time.process_time(), sum(os.times()[2:4])
    work()
    return Took(
        time.perf_counter() - begin, time.process_time() - own + sum(os.times()[2:4]) - children
    )  # fmt: skip


def _middle(times: list[Took]) -> Took:
    return Took(statistics.median(t.wall for t in times), statistics.median(t.processor for t in times))


def _compare(name: str, what: str, ours: Took, conversion: Took) -> float:
    """Print both times, and give what share of the other's ours is by the clock."""
    print(
        f"{name:12} {what:22} {ours.wall:6.2f} s, tf2onnx {conversion.wall:6.2f} s: {ours.wall / conversion.wall:6.3f} "
        f"(of the processor {ours.processor:6.2f} s, {conversion.processor:6.2f} s: "
        f"{ours.processor / conversion.processor:6.3f})",
        flush=True,
    )  # fmt: skip
    return ours.wall / conversion.wall


def _torch_module(net: Network) -> object:
    """Build the layers that the two networks have, one for one, out of PyTorch's own.

    PyTorch pads evenly, so that the seed network's numbers are others here where it strides; its work is the same.
    """
    import torch
    from torch import nn

    def tensor(name: str) -> object:
        return torch.from_numpy(np.ascontiguousarray(net.weights[name]))

    def layer(node: object) -> nn.Module:
        op = node.op
        match op:
            case ops.Conv2D():
                reach = (op.kernel_size[0] - 1) // 2 if op.padding == "same" else 0
                assert op.padding == "valid" or op.strides == (1, 1) or op.kernel_size[0] % 2
                made = nn.Conv2d(
                    node.input_shapes[0][2], op.filters, op.kernel_size, op.strides, reach, bias=op.use_bias
                )
                made.weight.data = tensor(f"{node.name}.kernel").permute(3, 2, 0, 1).contiguous()
                if op.use_bias:
                    made.bias.data = tensor(f"{node.name}.bias")
                return made
            case ops.BatchNorm():
                made = nn.BatchNorm2d(node.shape[2], eps=op.epsilon)
                made.weight.data, made.bias.data = tensor(f"{node.name}.gamma"), tensor(f"{node.name}.beta")
                made.running_mean, made.running_var = (tensor(f"{node.name}.moving_{k}") for k in ("mean", "variance"))
                return made
            case ops.Activation(function="relu"):
                return nn.ReLU()
            case ops.Activation(function="softmax"):
                return nn.Softmax(1)
            case ops.MaxPool():
                return nn.MaxPool2d(op.pool_size, op.strides)
            case ops.AvgPool():
                return nn.AvgPool2d(op.pool_size, op.strides)
            case ops.GlobalAvgPool():
                return nn.Sequential(nn.AdaptiveAvgPool2d(1), nn.Flatten())
            case ops.Pad():
                return nn.ZeroPad2d((*op.padding[::-1][:1] * 2, *op.padding[:1] * 2))
            case ops.Flatten():
                return nn.Flatten()
            case ops.Dense():
                made = nn.Linear(node.input_shapes[0][0], op.units, bias=op.use_bias)
                made.weight.data, made.bias.data = (
                    tensor(f"{node.name}.kernel").T.contiguous(),
                    tensor(f"{node.name}.bias"),
                )
                return made
        raise AssertionError(node)

    class Module(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            kept = [n for n in net.graph if not isinstance(n.op, ops.Input | ops.Normalize | ops.Add | ops.Dropout)]
            self.layers = nn.ModuleDict({n.name.replace(".", "/"): layer(n) for n in kept})

        def forward(self, image: torch.Tensor) -> tuple[torch.Tensor, ...]:
            values: dict[str, torch.Tensor] = {}
            for node in net.graph:
                inputs = [values[name] for name in node.inputs]
                match node.op:
                    case ops.Input():
                        values[node.name] = image.permute(0, 3, 1, 2)
                    case ops.Normalize():
                        values[node.name] = inputs[0] * node.op.scale[0] + node.op.offset[0]
                    case ops.Add():
                        values[node.name] = inputs[0] + inputs[1]
                    case ops.Dropout():
                        values[node.name] = inputs[0]
                    case _:
                        values[node.name] = self.layers[node.name.replace(".", "/")](inputs[0])
            return tuple(values[name] for name in net.graph.outputs)

    return Module().eval()


PARTS = {"export": export, "command": command, "latency": latency, "int8": int8}


def main() -> None:
    """Run the parts that are asked for, and fail where ours is slower than it may be."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("rounds", nargs="?", type=int, default=5)
    arguments.add_argument("--only", choices=PARTS)
    arguments.add_argument("--run", type=Path, help="a trained run, whose spec says where its images are")
    given = arguments.parse_args()
    slow = [line for name, part in PARTS.items() if given.only in (None, name) for line in part(given.rounds)]
    if given.run and given.only in (None, "int8"):
        int8_accuracy(given.run)
    sys.exit("; ".join(slow) or 0)


if __name__ == "__main__":
    main()
