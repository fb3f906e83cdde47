"""The first signal ends a run after its step, the second at once; one trainer a directory: FAULTS 38 and 40."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

from resnet_spec.cli.load_data import load_data
from resnet_spec.compile import compile_spec
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.hold_run import hold_run
from resnet_spec.train.keeper import Stopped
from resnet_spec.train.prepare_backend import prepare_backend
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.workflow.order import Order
from resnet_spec.workflow.train_run import train_run
from tests.train import fit_tiny

pytestmark = pytest.mark.slow
_PATIENCE = 900
"""Seconds that a busy machine may need for what takes one or two."""
CODE = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
OPTIONS = ("train", "quickstart", "--run", "run", "--set", "train.epochs=9000", "--set", "train.checkpoint_seconds=0.5")


@pytest.fixture
def training(tmp_path):
    """A run that has a checkpoint, and would go on for an hour."""
    with (tmp_path / "said").open("w") as said:
        process = subprocess.Popen([sys.executable, "-c", CODE, *OPTIONS], cwd=tmp_path, stdout=said, stderr=said)
        until(lambda: list((tmp_path / "run" / "checkpoints").glob("epoch-*[1-9]-*")), process)
        until((tmp_path / "run" / "history.jsonl").exists, process)
        yield process
        process.kill()
        process.wait()


def until(there, process, seconds=_PATIENCE):
    end = time.monotonic() + seconds
    while not there():
        assert process.poll() is None, "it ended"
        assert time.monotonic() < end, "too slow"
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_the_first_signal_saves_and_says_how_to_go_on(training, tmp_path, program, number):
    training.send_signal(number)
    assert training.wait(_PATIENCE) == 75
    said = (tmp_path / "said").read_text()
    assert "stopping once this step or part is done; once more to stop at once" in said
    assert "resnet-spec train run --resume" in said
    assert "Traceback" not in said
    epochs = len((tmp_path / "run" / "history.jsonl").read_text().splitlines())

    done = program("train", "run", "--resume", "--set", f"train.epochs={epochs + 1}")
    assert done.returncode == 0, done.stderr
    assert "going on in epoch" in done.stderr
    history = [json.loads(line)["epoch"] for line in (tmp_path / "run" / "history.jsonl").read_text().splitlines()]
    assert history == list(range(1, epochs + 2))
    assert (tmp_path / "run" / "model.onnx").is_file()


ENDLESS = """\
import time
from resnet_spec.train.until_told import until_told
with until_told(lambda text: print(text, flush=True), lambda: None):
    print("ready", flush=True)
    time.sleep(3600)
"""


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_does_not_wait_for_the_step(second):
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "stopping once this step or part is done; once more to stop at once\n"
            assert process.poll() is None, "the step goes on"
            process.send_signal(second)
            assert process.wait(_PATIENCE) == 75
        finally:
            process.kill()


STOPPED = """\
import sys
import time
from resnet_spec.train.until_told import until_told
with until_told(lambda text: print(text, flush=True), lambda: None) as told:
    print("ready", flush=True)
    while len(sys.argv) < 2 and not told():
        time.sleep(0.01)
print("saved", flush=True)
sys.stdin.readline()
sys.exit(75)
"""


def test_a_signal_after_the_state_is_saved_changes_nothing_more():
    with subprocess.Popen([sys.executable, "-c", STOPPED], stdin=-1, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.readline() == "stopping once this step or part is done; once more to stop at once\n"
        assert process.stdout.readline() == "saved\n"
        process.send_signal(signal.SIGINT)
        process.send_signal(signal.SIGTERM)
        assert process.communicate("\n", _PATIENCE)[0] == ""
        assert process.returncode == 75


def test_a_signal_after_a_run_that_ended_by_itself_counts_as_ever():
    """Negative control: nothing is ignored where nothing was told to stop."""
    with subprocess.Popen([sys.executable, "-c", STOPPED, "-"], stdin=-1, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        assert process.stdout.readline() == "saved\n"
        process.send_signal(signal.SIGTERM)
        assert process.wait(_PATIENCE) == -signal.SIGTERM


def test_a_signal_while_the_file_is_made_ends_there_and_the_rest_is_done_on_resume(tmp_path):
    """What comes after training has no state of its own: it is done again, from the last one."""
    compiled = compile_spec("quickstart", ["train.epochs=1"])
    prepare_backend(training=True)
    order = Order(compiled, load_data(compiled, print), RunDirectory(tmp_path), resume=True)
    heard = []
    with pytest.raises(Stopped), hold_run(order.run):
        train_run(order, fit_tiny.Silent(), heard.append, lambda: any("export:" in line for line in heard))
    assert not any("evaluation:" in line for line in heard)
    assert json.loads(order.run.result.read_text())["complete"] is False
    history = order.run.history.read_bytes()
    with hold_run(order.run):
        train_run(order, fit_tiny.Silent(), heard.append, lambda: False)
    assert "nothing is left to train: epoch 1 was the last" in heard
    assert json.loads(order.run.result.read_text())["complete"] is True
    assert order.run.onnx.exists()
    assert order.run.history.read_bytes() == history


TERMINAL = {**os.environ, "TERM": "xterm", "COLUMNS": "80"}
DRAWN = """\
import time
from functools import partial
from pathlib import Path
from resnet_spec.render.progress import TrainingProgress
from resnet_spec.render.run import print_cut
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.train.until_told import until_told
leave = partial(print_cut, RunDirectory(Path("run")))
with until_told(lambda text: print(text, flush=True), leave), TrainingProgress(9, 8) as bar:
    bar.step(1, 1, 5, loss=1.0, accuracy=0.5, rate=0.1)
    print("ready", flush=True)
    time.sleep(3600)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="a terminal of POSIX")
def test_a_second_signal_under_a_live_bar_leaves_the_terminal_its_cursor_and_says_how_to_go_on():
    import pty

    ours, theirs = pty.openpty()
    process = subprocess.Popen([sys.executable, "-c", DRAWN], stdin=theirs, stdout=theirs, stderr=theirs, env=TERMINAL)
    os.close(theirs)
    try:
        said = read_until(ours, b"ready")
        assert b"\x1b[?25l" in said, "the bar is live"
        process.send_signal(signal.SIGINT)
        said = read_until(ours, b"stop at once")
        assert b"\x1b[?25h" not in said
        process.send_signal(signal.SIGINT)
        assert process.wait(_PATIENCE) == 75
        said = read_until(ours, b"--resume`")
        assert b"\x1b[?25h\r\nstopped at once, before the first step: begin it as before, with `--run" in said
    finally:
        process.kill()
        os.close(ours)


def read_until(terminal, wanted):
    said, end = b"", time.monotonic() + _PATIENCE
    while wanted not in said:
        assert time.monotonic() < end, said
        said += os.read(terminal, 4096)
    return said


def test_two_signals_end_a_training_at_once_and_leave_a_state(training, tmp_path):
    training.send_signal(signal.SIGINT)
    training.send_signal(signal.SIGTERM)
    assert training.wait(_PATIENCE) == 75
    said = (tmp_path / "said").read_text()
    assert said.endswith("stopped at once: `resnet-spec train run --resume` goes on after the last checkpoint\n")
    assert "Traceback" not in said
    assert Checkpoints(tmp_path / "run" / "checkpoints").newest(pytest.fail) is not None


def test_a_second_trainer_is_refused(training, tmp_path, program):
    done = program(*OPTIONS, "--resume")
    assert done.returncode == 3
    assert "another process trains in `run`" in done.stderr
    assert training.poll() is None


def test_resume_begins_a_run_that_there_is_not_yet(tmp_path, program):
    done = program("train", "quickstart", "--run", "run", "--resume", "--set", "train.epochs=1")
    assert done.returncode == 0, done.stderr
    done = program("train", "quickstart", "--resume")
    assert done.returncode == 3
    assert "`--resume` needs to know which run goes on" in done.stderr


def test_a_finished_run_that_is_resumed_is_left_as_it_was(tmp_path, program):
    first = program("train", "quickstart", "--run", "run", "--set", "train.epochs=2")
    assert first.returncode == 0, first.stderr
    kept = ("history.jsonl", "best.weights")
    before = [(tmp_path / "run" / name).read_bytes() for name in kept]
    again = program("train", "run", "--resume")
    assert again.returncode == 0, again.stderr
    assert [(tmp_path / "run" / name).read_bytes() for name in kept] == before


def everything(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_resume_writes_over_no_folder_that_is_not_a_run(tmp_path, program):
    """Not even a lock is left there."""
    mine = tmp_path / "mine"
    mine.mkdir()
    (mine / "spec.yaml").write_text("# why: we tried 0.1\nextends: quickstart\nname: mine\n")
    before = everything(tmp_path)
    for options in (("mine/spec.yaml", "--run", "mine"), ("mine",), ("quickstart", "--run", "mine")):
        done = program("train", *options, "--resume")
        assert done.returncode == 3, done.stderr
        assert "error[RS501]: cannot go on: `mine` has no checkpoint" in done.stderr
    assert everything(tmp_path) == before
