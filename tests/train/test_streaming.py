"""Images that are read for every batch train a network to the same bits as images that stay on the device."""

import importlib
import json
import os
import socket
import subprocess
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest

from resnet_spec.train.checkpoint_file import read_checkpoint
from resnet_spec.train.checkpoints import Checkpoints

HERE = Path(__file__).parent
RESIDENT = "source: {npz: images.npz}"
LOOKED = 80 + 40 + 40
"""Images that are decoded before the training: all of them, once."""
READ = 4 * (80 + 40)
"""Images that its epochs decode: those to train on and to validate."""
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")


@pytest.fixture(scope="module")
def tiny():
    sys.path.insert(0, str(HERE))
    yield importlib.import_module("fit_tiny")
    sys.path.remove(str(HERE))


@pytest.fixture(scope="module")
def files(tiny, tmp_path_factory):
    return tiny.zip_of_images(tmp_path_factory.mktemp("images") / "images.zip")


@pytest.fixture(scope="module")
def streamed(files):
    return RESIDENT, f"source: {{image_folder: {files}}}\n  resident_mib: 0"


@pytest.fixture(scope="module")
def resident(files):
    return RESIDENT, f"source: {{image_folder: {files}}}"


@pytest.fixture(scope="module")
def whole(tiny, resident, tmp_path_factory):
    """A run with all of its images on the device."""
    run = tmp_path_factory.mktemp("whole") / "run"
    tiny.fit_tiny(run, resident)
    return run


def outcome(run):
    """Give everything that must not differ, byte by byte."""
    newest = read_checkpoint(Checkpoints(run / "checkpoints").paths()[0])
    arrays = {name: array.tobytes() for name, array in newest.state.arrays.items()}
    return arrays, (run / "history.jsonl").read_bytes(), (run / "best.weights").read_bytes()


def start(run, pair, **environment):
    """Train on JAX in a process of its own."""
    return subprocess.Popen(
        [sys.executable, HERE / "fit_tiny.py", run, "0", *pair], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        text=True, env={**os.environ, "KERAS_BACKEND": "jax", **environment},
    )  # fmt: skip


def end(process):
    said, faults = process.communicate(timeout=400)
    return subprocess.CompletedProcess(process.args, process.returncode, said, faults)


@pytest.mark.slow
def test_streamed_and_resident_images_train_to_the_same_bits(tiny, streamed, whole, tmp_path):
    tiny.fit_tiny(tmp_path / "run", streamed)
    assert outcome(tmp_path / "run") == outcome(whole)
    left = [thread.name for thread in threading.enumerate() if thread.name.startswith("read_ahead")]
    assert left == [], "threads that read ahead end with the epoch"


@pytest.mark.slow
def test_streamed_and_resident_images_whiten_a_stem_to_the_same_bits(tiny, streamed, resident, tmp_path):
    whitening = ("conv: {filters: 4}", "conv: {filters: 4, kernel_size: 2, kernel_initializer: whitening}")
    kernels = []
    for name, pair in (("streamed", streamed), ("resident", resident)):
        with pytest.raises(tiny.Dead):
            tiny.fit_tiny(tmp_path / name, pair, whitening, patch=tiny.dying(1, tiny.fall))
        (first,) = Checkpoints(tmp_path / name / "checkpoints").paths()
        kernels.append(read_checkpoint(first).state.arrays["weights.stem.conv1.kernel"])
    assert np.array_equal(*kernels)


@pytest.mark.slow
def test_arrays_that_are_too_large_for_the_device_train_to_the_same_bits(tiny, tmp_path):
    tiny.fit_tiny(tmp_path / "resident")
    tiny.fit_tiny(tmp_path / "streamed", (RESIDENT, f"{RESIDENT}\n  resident_mib: 0"))
    assert outcome(tmp_path / "streamed") == outcome(tmp_path / "resident")


@pytest.mark.slow
def test_ended_and_gone_on_with_either_way_it_ends_the_same(tiny, streamed, resident, whole, tmp_path):
    """Each attempt ends after some steps, most of them in the middle of an epoch."""
    run = tmp_path / "run"
    for pair, saves in ((streamed, 3), (streamed, 4), (resident, 4), (streamed, 8)):
        with pytest.raises(tiny.Dead):
            tiny.fit_tiny(run, pair, patch=tiny.dying(saves, tiny.fall))
    tiny.fit_tiny(run, streamed)
    assert outcome(run) == outcome(whole)


@pytest.fixture(scope="module")
def on_jax(resident, tmp_path_factory):
    """A run on JAX, in one process, with all of its images on the device."""
    run = tmp_path_factory.mktemp("jax") / "run"
    done = end(start(run, resident))
    assert done.returncode == 0, done.stderr
    return run


@pytest.mark.slow
@needs_jax
def test_jax_streams_to_the_same_bits_without_tensorflow(streamed, on_jax, tmp_path):
    done = end(start(tmp_path / "run", streamed))
    assert done.returncode == 0, done.stderr
    assert "without TensorFlow" in done.stdout
    assert f"decoded {LOOKED + READ} images" in done.stdout
    assert outcome(tmp_path / "run") == outcome(on_jax)


@pytest.mark.slow
@needs_jax
def test_two_processes_read_a_half_each_and_train_as_one_does(streamed, on_jax, tmp_path):
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{found.getsockname()[1]}"
    shared = {"JAX_COORDINATOR_ADDRESS": address, "JAX_NUM_PROCESSES": "2"}
    both = [start(tmp_path / "run", streamed, JAX_PROCESS_ID=str(number), **shared) for number in (0, 1)]
    for done in map(end, both):
        assert done.returncode == 0, done.stderr
        assert f"decoded {LOOKED + READ // 2} images" in done.stdout
    alone, together = (
        [json.loads(line)["val_loss"] for line in (run / "history.jsonl").read_text().splitlines()]
        for run in (on_jax, tmp_path / "run")
    )
    assert together == pytest.approx(alone, abs=1e-5)
