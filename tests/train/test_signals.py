"""The first signal ends a run after its step, the second at once; one trainer a directory: FAULTS 38 and 40."""

import json
import signal
import subprocess
import sys
import time

import pytest

from resnet_spec.train.checkpoints import Checkpoints

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
    assert "stopping after this step; once more to stop at once" in said
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
with until_told(lambda text: print(text, flush=True)):
    print("ready", flush=True)
    time.sleep(3600)
"""


@pytest.mark.parametrize("second", [signal.SIGINT, signal.SIGTERM])
def test_the_second_signal_does_not_wait_for_the_step(second):
    with subprocess.Popen([sys.executable, "-c", ENDLESS], stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout.readline() == "ready\n"
            process.send_signal(signal.SIGINT)
            assert process.stdout.readline() == "stopping after this step; once more to stop at once\n"
            assert process.poll() is None, "the step goes on"
            process.send_signal(second)
            assert process.wait(_PATIENCE) == 75
        finally:
            process.kill()


def test_two_signals_end_a_training_at_once_and_leave_a_state(training, tmp_path):
    training.send_signal(signal.SIGINT)
    training.send_signal(signal.SIGTERM)
    assert training.wait(_PATIENCE) == 75
    assert "Traceback" not in (tmp_path / "said").read_text()
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
