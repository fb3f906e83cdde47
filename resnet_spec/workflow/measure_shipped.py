"""A run directory -> the ONNX files in it that are of its spec, timed beside each other.

Only times of one sitting can be compared: as soon as a file is new or another, all are timed again. Else what was found
the last time is given, so that a report made twice is the same.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from resnet_spec.compile import Compiled
from resnet_spec.deploy.bench import bench, usable_processors
from resnet_spec.deploy.benchmark import Benchmark
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.one_line import one_line
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.read_record import read_record
from resnet_spec.deploy.record import Record
from resnet_spec.deploy.reduce_precision import INTEGER_CONVOLUTION
from resnet_spec.diagnostic import InputError
from resnet_spec.report.shipping_facts import CallTime, LeftOut, ShippedFile, Shipping
from resnet_spec.train.run_directory import RunDirectory, write_json
from resnet_spec.workflow.environment import environment
from resnet_spec.workflow.refuse_other_spec import refuse_other_spec

BATCHES = (1, 32)
TURNS = 3
SECONDS = 0.1
"""How long a file is timed at each batch size in a turn, at least."""
PATIENCE = 20.0
"""Seconds after which no turn begins: calls that take so long need no second one."""


@dataclass(frozen=True, slots=True)
class _File:
    """A file of the run's spec, not loaded yet."""

    name: str
    sha256: str
    network: Network
    record: Record


def measure_shipped(run: RunDirectory, compiled: Compiled, announce: Callable[[str], None]) -> Shipping | None:
    """Time every `*.onnx` of the directory that carries the run's spec, unless that was done, and keep what was found.

    Args:
        run: the directory; `shipping.json` in it is read and written.
        compiled: the run's spec.
        announce: told of each file that is left out, and why.

    Returns:
        What ships, or None where nothing does.

    Raises:
        InputError: the directory cannot be written.
    """
    files = tuple(_files(run.path, compiled, announce))
    if not files:
        return None
    found = _kept(run.shipping)
    if found is None or _covered(found) != sorted((file.name, file.sha256) for file in files):
        announce("timing the ONNX files")
        found = _measure(files)
        write_json(run.shipping, asdict(found))
    for each in found.left_out:
        announce(_said(each.reason))
    return found


def _files(folder: Path, compiled: Compiled, announce: Callable[[str], None]) -> Iterator[_File]:
    for path in sorted(folder.glob("*.onnx"), key=lambda path: (path.name != "model.onnx", path.name)):
        try:
            network = read_network(path)
            refuse_other_spec(network, compiled)
            record = read_record(network)
        except InputError as refused:
            announce(_said(refused.diagnostics[0].message))
        else:
            yield _File(one_line(path.name), hashlib.sha256(network.content).hexdigest(), network, record)


def _said(reason: str) -> str:
    return one_line(f"left out of the report: {reason}")


def _kept(path: Path) -> Shipping | None:
    """Read what an earlier sitting found; what cannot be understood is found again."""
    try:
        return TypeAdapter(Shipping).validate_json(path.read_bytes(), strict=True)
    except (OSError, ValidationError):
        return None


def _covered(found: Shipping) -> list[tuple[str, str]]:
    run = [(file.name, file.sha256) for file in found.files]
    return sorted(run + [(file.name, file.sha256) for file in found.left_out])


def _measure(files: tuple[_File, ...]) -> Shipping:
    """Time the files in turns: each of them, and then each again."""
    threads, begin = usable_processors(), time.monotonic()
    timed: list[list[Benchmark]] = [[] for _ in files]
    left_out: dict[int, LeftOut] = {}
    rates: Mapping[int, float] | None = None
    for turn in range(TURNS):
        if turn and time.monotonic() - begin > PATIENCE:
            break
        for place, file in enumerate(files):
            if place not in left_out:
                found = _bench(file, threads, rates)
                if isinstance(found, LeftOut):
                    left_out[place] = found
                else:
                    timed[place].append(found)
                    rates = found.matrix_gflops
    facts = environment()
    return Shipping(
        processor=facts["processor"],
        threads=threads,
        onnxruntime=facts["onnxruntime"],
        files=tuple(_facts(file, timed[place]) for place, file in enumerate(files) if place not in left_out),
        left_out=tuple(left_out.values()),
    )


def _bench(file: _File, threads: int, rates: Mapping[int, float] | None) -> Benchmark | LeftOut:
    try:
        return bench(file.network, batches=BATCHES, threads=(threads,), seconds=SECONDS, matrix_gflops=rates)
    except InputError as refused:
        return LeftOut(file.name, file.sha256, one_line(refused.diagnostics[0].message))


def _facts(file: _File, timed: list[Benchmark]) -> ShippedFile:
    tested, reduction = file.record.tested, file.record.reduction
    images, accuracy = (tested.images, tested.accuracy) if tested else (None, None)
    if reduction:
        images, accuracy = reduction.images, reduction.accuracy_after
    return ShippedFile(
        name=file.name,
        sha256=file.sha256,
        bytes=len(file.network.content),
        numbers=reduction.precision.value if reduction else "float32",
        accuracy=accuracy,
        images=images,
        accuracy_before=reduction.accuracy_before if reduction else None,
        max_drop=reduction.max_drop if reduction else None,
        convolutions=file.record.convolutions,
        integer_convolutions=timed[0].kernels.get(INTEGER_CONVOLUTION, 0),
        times=tuple(_time(timed, batch) for batch in BATCHES),
    )


def _time(timed: list[Benchmark], batch: int) -> CallTime:
    """Give the turn in which the file was disturbed least."""
    speeds = [speed for each in timed for speed in each.speeds if speed.batch == batch]
    best = min(speeds, key=lambda speed: speed.p50_ms)
    return CallTime(batch, best.p50_ms, best.p95_ms, best.images_per_second)
