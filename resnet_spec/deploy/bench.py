"""Network -> Benchmark: how fast the file that ships is on this machine.

Enters: a network that was read and let in. Leaves: times by batch and threads, beside what the machine could do. Images
are noise, whose values do not change how long a network takes.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from resnet_spec.deploy.benchmark import Benchmark, Speed
from resnet_spec.deploy.catch_onnxruntime import catch_onnxruntime
from resnet_spec.deploy.count_kernels import count_kernels
from resnet_spec.deploy.count_macs import count_macs
from resnet_spec.deploy.description import Description
from resnet_spec.deploy.interface import INPUT
from resnet_spec.deploy.measure_matrix_rate import measure_matrix_rate
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.take_pixels import take_pixels
from resnet_spec.diagnostic import Code, Diagnostic, InputError

if TYPE_CHECKING:
    import onnxruntime

BATCHES = (1, 8, 32)
SECONDS = 1.0
WARM_UP = 2
MIN_CALLS = 5


def bench(
    network: Network,
    *,
    batches: Sequence[int] = BATCHES,
    threads: Sequence[int] | None = None,
    seconds: float = SECONDS,
    matrix_gflops: Mapping[int, float] | None = None,
) -> Benchmark:
    """Time a network, each batch size with each number of threads.

    Args:
        network: what is timed.
        batches: images a call.
        threads: numbers of threads; default: 1, and one for each processor that this process may use.
        seconds: how long each is timed, at least; never fewer than 5 calls.
        matrix_gflops: the machine's own rate by number of threads, where it is known; default: it is measured.

    Raises:
        InputError: onnxruntime does not load the network, or stops; or a batch does not fit into memory.
    """
    import onnxruntime

    processors = usable_processors()
    numbers = tuple(dict.fromkeys(threads or (1, processors)))
    try:
        macs = count_macs(parse_onnx(network.content))
        kernels = dict(sorted(count_kernels(network.content).items()))
        rates = matrix_gflops or {number: measure_matrix_rate(number) for number in numbers}
        speeds = tuple(
            _speed(number, batch, times, macs, rates[number])
            for number in numbers
            for batch, times in _times(network, number, batches, seconds)
        )
    except OnnxRefused as refused:
        help = "export the network again; the file may be damaged"
        raise InputError(Diagnostic(Code.ONNX_INVALID, f"`{network.name}` {refused}", help=help)) from None
    return Benchmark(macs, len(network.content), kernels, onnxruntime.__version__, processors, rates, speeds)


def usable_processors() -> int:
    """Count the processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _times(network: Network, threads: int, batches: Sequence[int], seconds: float) -> Iterator[tuple[int, list[float]]]:
    session = open_session(network.content, threads=threads)
    for batch in batches:
        images = _noise(batch, network.description)
        with catch_onnxruntime(f"does not run at batch {batch}"):
            yield batch, _time(session, images, seconds)


def _noise(batch: int, description: Description) -> np.ndarray:
    try:
        noise = np.random.default_rng(0).integers(0, 256, (batch, *description.shape), np.uint8)
        return take_pixels(noise, description.form)
    except MemoryError:
        message = f"{batch:,} images do not fit into memory"
        raise InputError(Diagnostic(Code.INPUT_REFUSED, message, help="give a smaller --batch")) from None


def _time(session: onnxruntime.InferenceSession, images: np.ndarray, seconds: float) -> list[float]:
    for _ in range(WARM_UP):
        session.run(None, {INPUT: images})
    times: list[float] = []
    while sum(times) < seconds or len(times) < MIN_CALLS:
        begin = time.perf_counter()
        session.run(None, {INPUT: images})
        times.append(time.perf_counter() - begin)
    return times


def _speed(threads: int, batch: int, times: list[float], macs: int, rate: float) -> Speed:
    p50, p95 = np.percentile(times, (50, 95))
    speed = batch * len(times) / sum(times)
    gflops = 2 * macs * speed / 1e9
    return Speed(threads, batch, len(times), 1000 * float(p50), 1000 * float(p95), speed, gflops, gflops / rate)
