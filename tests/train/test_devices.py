"""Every backend trains and resumes bit for bit; several devices or processes train as one does: FAULTS 31 to 36."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

import pytest

from resnet_spec.backends.devices import Devices
from resnet_spec.diagnostic import InputError
from resnet_spec.spec.train import Train
from resnet_spec.train.checkpoint_file import read_checkpoint
from resnet_spec.train.checkpoints import Checkpoints

HERE = Path(__file__).parent
CODE = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
QUICKSTART = (
    "train", "quickstart", "--set", "train.epochs=2", "--set", "train.precision=float32", "--set", "train.seed=1",
)  # fmt: skip
needs_jax = pytest.mark.skipif(find_spec("jax") is None, reason="jax is not installed")
TWO_DEVICES = {"XLA_FLAGS": "--xla_force_host_platform_device_count=2"}


_STARTED: list[subprocess.Popen] = []
_PATIENCE = 900
"""Seconds that a busy machine may need for what takes ten."""


@pytest.fixture(autouse=True)
def none_outlives_its_test():
    yield
    while _STARTED:
        process = _STARTED.pop()
        process.kill()
        process.wait()
        process.stdout.close()


def start(*command, at=None, **environment):
    process = subprocess.Popen(
        [sys.executable, *map(str, command)], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, cwd=at,
        env={**os.environ, "KERAS_BACKEND": "jax", **environment},
    )  # fmt: skip
    _STARTED.append(process)
    return process


def end(process):
    said, _ = process.communicate(timeout=_PATIENCE)
    return process.returncode, said


def tiny(run, saves=0, *pairs, **environment):
    return end(start(HERE / "fit_tiny.py", run, saves, *pairs, **environment))


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def start_two(*command, at=None, second=()):
    """Start two processes of one run, as a launcher would."""
    address = f"127.0.0.1:{free_port()}"
    shared = {"JAX_COORDINATOR_ADDRESS": address, "JAX_NUM_PROCESSES": "2"}
    return [
        start(*command, *(second if number else ()), at=at, JAX_PROCESS_ID=str(number), **shared) for number in (0, 1)
    ]


def history(run):
    return [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]


def outcome(run):
    newest = read_checkpoint(Checkpoints(run / "checkpoints").paths()[0])
    arrays = {name: array.tobytes() for name, array in newest.state.arrays.items()}
    return arrays, (run / "history.jsonl").read_bytes(), (run / "best.weights").read_bytes()


def assert_alike(one, other):
    found, wanted = history(one), history(other)
    assert len(found) == len(wanted)
    for ours, theirs in zip(found, wanted, strict=True):
        for name in ("loss", "val_loss"):
            assert ours[name] == pytest.approx(theirs[name], abs=1e-5)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax", "torch"])
def test_killed_on_any_backend_it_ends_as_if_it_had_not_been(backend, tmp_path):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    whole, killed = tmp_path / "whole", tmp_path / "killed"
    more = ("cutout: 3, mixup", "color_jitter, rand_augment, cutmix")
    code, said = tiny(whole, 0, *more, KERAS_BACKEND=backend)
    assert code == 0, said
    assert ("without TensorFlow" in said) == (backend != "tensorflow")
    assert tiny(killed, 9, *more, KERAS_BACKEND=backend)[0] == -signal.SIGKILL
    assert tiny(killed, 4, *more, KERAS_BACKEND=backend)[0] == -signal.SIGKILL
    assert tiny(killed, 0, *more, KERAS_BACKEND=backend)[0] == 0
    assert outcome(killed) == outcome(whole)


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_from_a_spec_to_a_verified_onnx_file(backend, tmp_path, program):
    if find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    done = program(*QUICKSTART, "--run", "run", KERAS_BACKEND=backend)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "run" / "result.json").read_text())
    assert result["complete"]
    assert result["verification"]["max_relative"] <= 1e-4
    facts = json.loads((tmp_path / "run" / "environment.json").read_text())
    assert facts["backend"] == backend
    assert facts["devices"] == "1 x cpu"
    done = program("export", "run", "-o", "again.onnx", KERAS_BACKEND=backend)
    assert done.returncode == 0, done.stderr


@needs_jax
@pytest.mark.slow
def test_two_devices_train_as_one(tmp_path):
    for name, flags in (("one", {}), ("two", TWO_DEVICES)):
        code, said = tiny(tmp_path / name, **flags)
        assert code == 0, said
    assert_alike(tmp_path / "two", tmp_path / "one")
    assert json.loads((tmp_path / "two" / "environment.json").read_text())["devices"] == "2 x cpu"


@needs_jax
@pytest.mark.slow
@pytest.mark.parametrize(("period", "meet"), [(5, True), (3, False)])
def test_slow_weights_meet_the_fast_ones_under_jax_too(tmp_path, period, meet):
    lookahead = ("{ema: {momentum: 0.9}}", f"{{lookahead: {{sync_period: {period}, ramp: 1}}}}")
    code, said = tiny(tmp_path / "run", 0, *lookahead, "epochs: 4", "epochs: 1")
    assert code == 0, said
    arrays = read_checkpoint(Checkpoints(tmp_path / "run" / "checkpoints").paths()[0]).state.arrays
    slow, fast = (arrays[f"{whose}.stem.conv1.kernel"] for whose in ("average", "weights"))
    assert (slow == fast).all() == meet, "an epoch has five steps"


TENSORFLOW_ON_TWO = """\
import sys
from pathlib import Path
sys.path.insert(0, {tests!r})
from fit_tiny import Dead, divide_processor, dying, fall, fit_tiny
from resnet_spec.train.prepare_backend import prepare_backend
prepare_backend(training=True)
divide_processor(2)
fit_tiny(Path("two"))
try:
    fit_tiny(Path("killed"), patch=dying(9, fall))
except Dead:
    fit_tiny(Path("killed"))
    fit_tiny(Path("bfloat16"), ("precision: float32", "precision: mixed_bfloat16"), ("epochs: 4", "epochs: 1"))

import tensorflow as tf
from resnet_spec.backends.on_all_devices import on_all_devices
from resnet_spec.backends.runtime import open_runtime
import keras
places = []
with on_all_devices():
    weight = keras.Variable(2.0)
runtime = open_runtime([weight])
def loss(images):
    places.append((tf.identity(images).device, images.shape))
    return weight * tf.reduce_mean(images), {{"seen": tf.reduce_sum(images)}}
def program(batch):
    found, (gradient,) = runtime.gradients(loss, [weight], batch["images"])
    return found | {{"gradient": gradient}}
found = runtime.compile(program)({{"images": tf.constant([1.0, 2, 3, 6])}})
assert {{name: float(value) for name, value in found.items()}} == {{"loss": 6, "seen": 12, "gradient": 3}}, found
assert [shape for _, shape in places] == [(2,), (2,)], places
assert [device[-5:] for device, _ in places] == ["CPU:0", "CPU:1"], places
"""


@pytest.mark.slow
def test_two_devices_under_tensorflow_train_as_one_and_resume_bit_for_bit(tmp_path):
    script = TENSORFLOW_ON_TWO.format(tests=str(HERE))
    code, said = end(start("-c", script, at=tmp_path, KERAS_BACKEND="tensorflow"))
    assert code == 0, said
    assert tiny(tmp_path / "one", KERAS_BACKEND="tensorflow")[0] == 0
    assert_alike(tmp_path / "two", tmp_path / "one")
    assert outcome(tmp_path / "killed") == outcome(tmp_path / "two")
    assert json.loads((tmp_path / "two" / "environment.json").read_text())["devices"] == "2 x cpu"
    assert len(history(tmp_path / "bfloat16")) == 1


@needs_jax
@pytest.mark.slow
def test_two_devices_resume_bit_for_bit_and_one_after_two_is_said_loudly(tmp_path):
    assert tiny(tmp_path / "whole", **TWO_DEVICES)[0] == 0
    assert tiny(tmp_path / "killed", 9, **TWO_DEVICES)[0] == -signal.SIGKILL
    assert tiny(tmp_path / "killed", **TWO_DEVICES)[0] == 0
    assert outcome(tmp_path / "killed") == outcome(tmp_path / "whole")

    assert tiny(tmp_path / "other", 9, **TWO_DEVICES)[0] == -signal.SIGKILL
    code, said = tiny(tmp_path / "other")
    assert code == 0
    assert "NOT BIT-EXACT from here on: devices was 2 x cpu, and is 1 x cpu" in said
    assert_alike(tmp_path / "other", tmp_path / "whole")


@needs_jax
@pytest.mark.slow
def test_two_processes_train_as_one_and_go_on_where_they_were_killed(tmp_path):
    assert tiny(tmp_path / "one")[0] == 0
    for process in start_two(HERE / "fit_tiny.py", tmp_path / "two", 0):
        code, said = end(process)
        assert code == 0, said
    assert_alike(tmp_path / "two", tmp_path / "one")
    assert json.loads((tmp_path / "two" / "environment.json").read_text())["processes"] == "2"

    leader, follower = start_two(HERE / "fit_tiny.py", tmp_path / "killed", 9)
    assert end(leader)[0] == -signal.SIGKILL
    assert end(follower)[0] != 0
    for process in start_two(HERE / "fit_tiny.py", tmp_path / "killed", 0):
        code, said = end(process)
        assert code == 0, said
    assert outcome(tmp_path / "killed") == outcome(tmp_path / "two")


@needs_jax
@pytest.mark.slow
def test_the_quickstart_in_two_processes(tmp_path):
    """With SGD: Adam takes whole steps in the direction of a gradient that is nothing but rounding."""
    options = ("--set", "train.optimizer={sgd: {learning_rate: 0.05, momentum: 0.9}}", "--run")
    processes = start_two("-c", CODE, *QUICKSTART, *options, "two", at=tmp_path)
    alone = start("-c", CODE, *QUICKSTART, *options, "one", at=tmp_path)
    for process in (*processes, alone):
        code, said = end(process)
        assert code == 0, said
    assert_alike(tmp_path / "two", tmp_path / "one")
    assert (tmp_path / "two" / "model.onnx").is_file()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["one", "two"], "only process 0 writes"


@needs_jax
@pytest.mark.slow
def test_a_signal_to_one_process_stops_all_at_the_same_step(tmp_path):
    options = ("--run", "run", "--set", "train.epochs=9000", "--set", "train.checkpoint_seconds=0")
    processes = start_two("-c", CODE, *QUICKSTART, *options, at=tmp_path)
    folder, deadline = tmp_path / "run" / "checkpoints", time.monotonic() + _PATIENCE
    while not list(folder.glob("epoch-*")):
        assert time.monotonic() < deadline
        assert all(process.poll() is None for process in processes)
        time.sleep(0.05)
    processes[1].send_signal(signal.SIGTERM)
    ends = [end(process) for process in processes]
    assert [code for code, _ in ends] == [75, 75], ends
    assert "resnet-spec train run --resume" in ends[0][1]
    assert "--resume" not in ends[1][1]


@needs_jax
@pytest.mark.slow
def test_no_process_begins_where_one_cannot(tmp_path):
    processes = start_two("-c", CODE, *QUICKSTART, "--run", "run", at=tmp_path, second=("--set", "train.seed=7"))
    (first, first_said), (second, second_said) = map(end, processes)
    assert (first, second) == (3, 3)
    assert "another process of this run cannot go on" in first_said
    assert "this process differs from process 0 in the spec" in second_said


@needs_jax
@pytest.mark.slow
def test_a_batch_that_cannot_be_shared_equally_is_refused(program, tmp_path):
    done = program(*QUICKSTART, "--run", "run", "--set", "train.batch_size=99", KERAS_BACKEND="jax", **TWO_DEVICES)
    assert done.returncode == 3
    assert "batches of 99 images cannot be shared equally by 2 devices" in done.stderr
    assert "train.batch_size=100" in done.stderr
    assert not (tmp_path / "run").exists()


def test_several_processes_of_a_backend_that_trains_in_one_are_refused(monkeypatch):
    from resnet_spec.train.prepare_backend import prepare_backend

    monkeypatch.setenv("KERAS_BACKEND", "tensorflow")
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "8")
    with pytest.raises(InputError, match="8 processes were started"):
        prepare_backend(training=True)
    prepare_backend()
    monkeypatch.setenv("SLURM_STEP_NUM_TASKS", "many")
    with pytest.raises(InputError, match="SLURM_STEP_NUM_TASKS is `many`"):
        prepare_backend(training=True)


def test_what_is_said_of_devices():
    from resnet_spec.workflow.announce_devices import announce_devices

    def said(devices, **settings):
        lines = []
        train = Train(epochs=1, batch_size=128, optimizer={"sgd": {"learning_rate": 0.1}}, **settings)
        announce_devices(devices, train, lines.append)
        return lines

    assert said(Devices("cpu", 1)) == []
    assert "KERAS_BACKEND=jax" in said(Devices("NVIDIA H100", 1, idle=3))[0]
    shared = "devices: 8 x TPU v4 in 2 processes, 16 images of every batch on each"
    assert said(Devices("TPU v4", 8, processes=2)) == [shared]
    assert said(Devices("TPU v4", 8, processes=2), gradient_accumulation_steps=16) == [shared]
    with pytest.raises(
        InputError, match="128 images, run in 32 parts, cannot be shared equally by 8 devices"
    ) as caught:
        said(Devices("TPU v4", 8), gradient_accumulation_steps=32)
    assert "train.batch_size=256" in caught.value.diagnostics[0].help
    (exact,) = said(Devices("NVIDIA H100", 1, exact=False))
    assert exact.startswith("NOT BIT-EXACT on NVIDIA H100")


@pytest.mark.parametrize(("asked", "exact"), [(None, False), ("0", False), ("1", True), ("true", True)])
def test_a_gpu_under_tensorflow_is_exact_where_it_is_asked_to_be(monkeypatch, asked, exact):
    import tensorflow as tf

    from resnet_spec.backends.find_devices import find_devices

    assert find_devices().exact, "processors are"
    monkeypatch.setattr(tf.config, "list_physical_devices", lambda _: ["one"])
    monkeypatch.setattr(tf.config, "list_logical_devices", lambda _: ["one"])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda _: {"device_name": "NVIDIA H100"})
    monkeypatch.delenv("TF_DETERMINISTIC_OPS", raising=False)
    if asked:
        monkeypatch.setenv("TF_DETERMINISTIC_OPS", asked)
    assert find_devices() == Devices("NVIDIA H100", 1, exact=exact)
