"""A run that is killed anywhere ends as if it had not been: FAULTS 31 to 36 and 41 to 44."""

import importlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from contextlib import contextmanager
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from unittest import mock

import numpy as np
import pytest
from safetensors.numpy import load_file

from resnet_spec.diagnostic import CheckFailed, InputError
from resnet_spec.train.checkpoint_file import read_checkpoint
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.run_directory import RunDirectory, open_run, read_timings
from resnet_spec.train.schedule import Rate
from resnet_spec.workflow import fit_run

STEPS, EPOCHS = 20, 4
HERE = Path(__file__).parent
pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def tiny():
    sys.path.insert(0, str(HERE))
    yield importlib.import_module("fit_tiny")
    sys.path.remove(str(HERE))


@pytest.fixture
def die(tiny):
    """Begin a run, or go on with it, and die after so many saves."""

    def until(run, saves):
        with pytest.raises(tiny.Dead):
            tiny.fit_tiny(run, patch=tiny.dying(saves, tiny.fall))

    return until


def in_a_process(run, saves=0, **environment):
    return subprocess.run(
        [sys.executable, HERE / "fit_tiny.py", run, str(saves)], capture_output=True, text=True, timeout=600,
        check=False, env={**os.environ, **environment},
    )  # fmt: skip


def outcome(run):
    """Give everything that must not differ, byte by byte, and what was counted."""
    newest = read_checkpoint(Checkpoints(run / "checkpoints").paths()[0])
    arrays = {name: array.tobytes() for name, array in newest.state.arrays.items()}
    progress = replace(newest.state.progress, seconds=0.0)
    return arrays, (run / "history.jsonl").read_bytes(), (run / "best.weights").read_bytes(), progress


def files(run):
    return {path: path.read_bytes() for path in run.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def whole(tiny, tmp_path_factory):
    """A run that nobody disturbed."""
    run = tmp_path_factory.mktemp("whole") / "run"
    tiny.fit_tiny(run)
    return run


def test_ended_after_each_step_and_each_epoch(tiny, die, whole, tmp_path):
    """Every attempt begins, makes one step, or closes one epoch, and ends as soon as that is saved."""
    run = tmp_path / "run"
    for _ in range(1 + STEPS + EPOCHS):
        die(run, 1)
    newest = read_checkpoint(Checkpoints(run / "checkpoints").paths()[0])
    assert newest.state.progress.epoch == EPOCHS + 1, "each attempt came one step further"
    tiny.fit_tiny(run)
    assert outcome(run) == outcome(whole)
    history = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [epoch["epoch"] for epoch in history] == [1, 2, 3, 4]
    assert any(epoch["dropped_to"] for epoch in history), "the plateau has to matter"


def test_a_run_that_began_with_weights_goes_on_without_being_told_them_again(tiny, die, whole, tmp_path):
    """Killed before the first state the directory is none to go on in without them; killed right after it, it is."""
    initial, run = load_file(whole / "best.weights"), tmp_path / "run"
    tiny.fit_tiny(tmp_path / "tuned", initial=initial)
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, initial=initial, patch=mock.patch.object(Checkpoints, "write", side_effect=tiny.Dead))
    with pytest.raises(InputError, match=r"it has no spec\.yaml"):
        open_run(run)
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, initial=initial, patch=tiny.dying(1, tiny.fall))
    (first,) = Checkpoints(run / "checkpoints").paths()
    assert first.name == "epoch-000001-step-000000000.safetensors", "before the first step"
    tiny.fit_tiny(run)
    assert outcome(run) == outcome(tmp_path / "tuned")
    assert open_run(run).spec.read_bytes() == (tmp_path / "tuned" / "spec.yaml").read_bytes()
    assert outcome(run)[0] != outcome(whole)[0], "the weights have to matter"


@contextmanager
def photographed(run, save, into):
    """Copy the run directory, as a process that is killed leaves it, at each point of one of its saves.

    These are before and after making, syncing, renaming and deleting a file; a folder that is as the one before is
    copied once.
    """
    taken, armed = [], False

    def photograph():
        if armed and (not taken or files(run) != files_of(taken[-1])):
            taken.append(shutil.copytree(run, into / str(len(taken))))

    def files_of(copy):
        return {run / path.relative_to(copy): content for path, content in files(copy).items()}

    def around(real):
        def call(*arguments, **options):
            photograph()
            result = real(*arguments, **options)
            photograph()
            return result

        return call

    saved = []

    def saving(self, state):
        nonlocal armed
        saved.append(state)
        armed = len(saved) == save
        photograph()
        save_it(self, state)
        armed = False

    save_it = fit_run._Keeper.save
    with (
        mock.patch.object(tempfile, "mkstemp", around(tempfile.mkstemp)),
        mock.patch.object(os, "fsync", around(os.fsync)),
        mock.patch.object(Path, "replace", around(Path.replace)),
        mock.patch.object(Path, "unlink", around(Path.unlink)),
        mock.patch.object(fit_run._Keeper, "save", saving),
    ):
        yield taken


def test_killed_at_each_point_of_saving_an_epoch(tiny, whole, tmp_path):
    """The seventh save closes an epoch that is the best so far: history, checkpoint, the oldest's end, best weights."""
    run, copies = tmp_path / "run", tmp_path / "copies"
    copies.mkdir()
    with photographed(run, 7, copies) as taken:
        tiny.fit_tiny(run)
    assert outcome(run) == outcome(whole), "photographs change nothing"
    names = [sorted(path.name for path in (copy / "checkpoints").iterdir()) for copy in taken]
    assert len(taken) == 8, "before; file made, written, renamed; the oldest deleted; weights made, written, renamed"
    assert sum(name.startswith(".epoch") for each in names for name in each) == 2
    for copy in taken:
        with (copy / "timings.jsonl").open("a") as stream:
            stream.write('{"epoch": 2, "seco')
        tiny.fit_tiny(copy)
        assert sorted(read_timings(RunDirectory(copy))) == [1, 2, 3, 4]
        assert outcome(copy) == outcome(whole), names[taken.index(copy)]
        assert {path.name for path in copy.iterdir()} == {path.name for path in whole.iterdir()}


def test_killed_by_the_system_every_few_steps(whole, tmp_path):
    run, deaths = tmp_path / "run", 0
    while (done := in_a_process(run, 5, PYTHONHASHSEED=str(deaths))).returncode == -signal.SIGKILL:
        deaths += 1
    assert done.returncode == 0, done.stderr
    assert deaths == (1 + STEPS + EPOCHS + 1) // 5
    assert outcome(run) == outcome(whole)


def test_another_place_and_hash_seed_give_the_same_bits(whole, tmp_path):
    done = in_a_process(tmp_path / "elsewhere", PYTHONHASHSEED="77")
    assert done.returncode == 0, done.stderr
    assert outcome(tmp_path / "elsewhere") == outcome(whole)


@pytest.mark.parametrize("what", ["rate", "position", "best", "optimizer.", "average.", "weights."])
def test_a_resume_that_forgets_a_part_ends_elsewhere(tiny, die, whole, tmp_path, what):
    """Negative control: each part of the state matters to the outcome."""
    run = tmp_path / "run"
    die(run, 15)
    tiny.fit_tiny(run, patch=tiny.forgetting(what))
    assert outcome(run)[0] != outcome(whole)[0]


IMPATIENT = ("patience: 4, min_delta", "patience: 2, min_delta")


@pytest.fixture(scope="module")
def impatient(tiny, tmp_path_factory):
    """An undisturbed run that early stopping ends: after its first epoch nothing improves by so much."""
    run = tmp_path_factory.mktemp("impatient") / "run"
    assert any(line.startswith("ended by early stopping after epoch 3 of 4") for line in tiny.fit_tiny(run, IMPATIENT))
    return run


@pytest.mark.parametrize("saves", [13, 16], ids=["between epochs", "within one"])
def test_killed_while_patience_waits_it_stops_after_the_same_epoch(tiny, impatient, tmp_path, saves):
    run = tmp_path / "run"
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, IMPATIENT, patch=tiny.dying(saves, tiny.fall))
    waiting = read_checkpoint(Checkpoints(run / "checkpoints").paths()[0]).state.progress
    assert (waiting.epoch, waiting.patience.wait) == (3, 1)
    shutil.copytree(run, tmp_path / "forgets")
    tiny.fit_tiny(run, IMPATIENT)
    assert outcome(run) == outcome(impatient)

    tiny.fit_tiny(tmp_path / "forgets", IMPATIENT, patch=tiny.forgetting("patience"))
    epochs = [len((each / "history.jsonl").read_text().splitlines()) for each in (run, tmp_path / "forgets")]
    assert epochs == [3, 4], "negative control: a wait that is forgotten begins anew"


def test_a_damaged_checkpoint_is_named_and_the_one_before_is_used(tiny, die, whole, tmp_path):
    run, kept = tmp_path / "run", tmp_path / "kept"
    die(run, 12)
    newest, *others = Checkpoints(run / "checkpoints").paths()
    content = bytearray(newest.read_bytes())
    content[len(content) // 2] ^= 4
    newest.write_bytes(content)
    shutil.copytree(run, kept)

    assert any(newest.name in line for line in tiny.fit_tiny(run))
    assert outcome(run) == outcome(whole)

    for other in others:
        path = kept / "checkpoints" / other.name
        path.write_bytes(path.read_bytes()[:-1])
    before = files(kept)
    with pytest.raises(InputError) as caught:
        tiny.fit_tiny(kept)
    assert caught.value.exit_code == 3
    assert len(caught.value.diagnostics) == 3
    assert files(kept) == before, "never from the beginning again, where there was a state"


def test_a_loss_that_is_not_finite_is_named_with_its_step_and_is_never_the_best(tiny, tmp_path):
    at = Rate.at
    run, wild = tmp_path / "run", lambda self, step, counters: 1e38 if step == 12 else at(self, step, counters)
    with pytest.raises(CheckFailed) as caught:
        tiny.fit_tiny(run, patch=mock.patch.object(Rate, "at", wild))
    assert caught.value.exit_code == 4
    said = caught.value.diagnostics[0].message
    assert re.fullmatch(
        r"the loss became (nan|inf) in epoch 3, step 4, at learning rate [\d.]+; the last finite loss was [\d.]+", said
    )
    assert len((run / "history.jsonl").read_text().splitlines()) == 2
    best = load_file(run / "best.weights")
    assert best
    assert all(np.isfinite(array).all() for array in best.values())


def test_more_epochs_go_on_where_the_run_ended(tiny, tmp_path):
    free = [
        ("schedule: {plateau: {patience: 0, factor: 0.5, min_delta: 0.5}}", "schedule: constant"),
        ("early_stopping: {patience: 4, min_delta: 1.0}", "label_smoothing: 0.1"),
    ]
    more = ("epochs: 4", "epochs: 6")
    tiny.fit_tiny(tmp_path / "six", *free, more)
    tiny.fit_tiny(tmp_path / "four", *free)
    tiny.fit_tiny(tmp_path / "four", *free, more)
    assert outcome(tmp_path / "four") == outcome(tmp_path / "six")


def test_a_run_that_patience_ended_says_so_and_goes_on_with_more(tiny, whole, tmp_path):
    run, stopping = tmp_path / "run", ("patience: 4, min_delta", "patience: 1, min_delta")
    ended = "early stopping after epoch 2 of 4: `val_loss` was best at "
    assert any(line.startswith(f"ended by {ended}") for line in tiny.fit_tiny(run, stopping))
    assert f" ended by {ended}" in (run / "log.txt").read_text().splitlines()[-1]
    again = tiny.fit_tiny(run, stopping, ("epochs: 4", "epochs: 9"))
    assert any(line.startswith("nothing is left to train: early stopping after epoch 2 of 9") for line in again)
    assert not any(line.startswith("going on") for line in again)

    said = tiny.fit_tiny(run)
    assert "going on in epoch 3, after step 0" in said
    assert not any(line.startswith(("ended", "nothing")) for line in said)
    assert outcome(run)[0] == outcome(whole)[0]
    assert tiny.fit_tiny(run)[-1] == "nothing is left to train: epoch 4 was the last"


def test_a_run_that_its_time_cut_says_what_it_left_out(tiny, whole, tmp_path):
    run = tmp_path / "run"
    (ended,) = [
        line for line in tiny.fit_tiny(run, ("precision:", "max_minutes: 1e-5\n  precision:")) if "ended" in line
    ]
    assert ended.startswith("ended by its time after epoch 1 of 4, of which it left out the last 4 steps: ")
    with pytest.raises(tiny.Dead):
        tiny.fit_tiny(run, patch=tiny.dying(2, tiny.fall))
    assert "going on in epoch 2, after step 2" in tiny.fit_tiny(run)
    log = (run / "log.txt").read_text()
    assert "going on in epoch 2, after step 0" in log
    assert log.count("epoch 1 lacks its last 4 steps, which `train.max_minutes` cut off: they are not made up for") == 1
    (turn,) = json.loads((run / "result.json").read_text())["past"]["turns"]
    assert (turn["epoch"], turn["step"]) == (2, 0)
    assert outcome(run)[0] != outcome(whole)[0]
    assert not any("lacks" in line for line in tiny.fit_tiny(run)), "once"


@pytest.mark.parametrize(
    ("change", "count", "says"),
    [
        (("conv: {filters: 4}", "conv: {filters: 5}"), 80, "the network is another"),
        (("batch_size: 16", "batch_size: 8"), 80, "`train.batch_size` was 16, and is now 8"),
        (("padding: 1", "padding: 2"), 80, "`data.augment[1].random_crop.padding` was 1, and is now 2"),
        (("padding: 1", "padding: 1"), 79, "the training images: 80 before, 79 now"),
    ],
)
def test_another_run_is_not_gone_on_with(tiny, die, tmp_path, change, count, says):
    run = tmp_path / "run"
    die(run, 2)
    before = files(run)
    with pytest.raises(InputError, match="cannot go on") as caught:
        tiny.fit_tiny(run, change, count=count)
    assert any(says in fault.message for fault in caught.value.diagnostics)
    assert files(run) == before


def test_another_arithmetic_is_said_loudly(die, tmp_path):
    run = tmp_path / "run"
    die(run, 2)
    done = in_a_process(run, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stderr
    assert "NOT BIT-EXACT from here on: OMP_NUM_THREADS was not there, and is 1" in done.stdout


@pytest.mark.skipif(find_spec("torch") is None, reason="PyTorch is not installed")
def test_a_run_goes_on_upon_another_backend_and_back(tmp_path):
    run = tmp_path / "run"
    for backend, saves in (("torch", 4), ("tensorflow", 5), ("torch", 0)):
        done = in_a_process(run, saves, KERAS_BACKEND=backend)
        assert done.returncode == (-signal.SIGKILL if saves else 0), done.stderr
    assert "NOT BIT-EXACT from here on" in done.stdout
    assert "going on in epoch 2, after step 2" in done.stdout
    assert len((run / "history.jsonl").read_text().splitlines()) == EPOCHS


RECIPE = [
    ("average: {ema: {momentum: 0.9}}", "average: {lookahead: {sync_period: 3, ramp: 2}}"),
    ("optimizer: {adam: {learning_rate: 1e-2}}", "optimizer: {muon: {learning_rate: 1e-2}}\n  " + """groups:
    - {match: "stage1.*", trainable: {from_epoch: 2}}
    - {match: "stem.conv1.kernel", trainable: {until_epoch: 3}, optimizer: {sgd: {learning_rate: 0.1}}}"""),
    ("conv: {filters: 4}", "conv: {filters: 4, kernel_size: 2, kernel_initializer: whitening}"),
    ("batch_size: 16", "batch_size: 16\n  gradient_accumulation_steps: 2"),
    ("[{size: [6, 8], until_epoch: 2}]", "[{size: 6, until_epoch: 1}, {size: [6, 8], until_epoch: 2}]"),
]  # fmt: skip


def test_killed_with_slow_weights_several_optimizers_weights_frozen_for_a_time_and_images_that_grow(tiny, tmp_path):
    tiny.fit_tiny(tmp_path / "whole", *RECIPE)
    killed = tmp_path / "killed"
    for saves in (4, 7, 5):
        with pytest.raises(tiny.Dead):
            tiny.fit_tiny(killed, *RECIPE, patch=tiny.dying(saves, tiny.fall))
    tiny.fit_tiny(killed, *RECIPE)
    assert outcome(killed) == outcome(tmp_path / "whole")


def test_killed_after_weights_that_have_a_penalty_were_thawed(tiny, tmp_path):
    thaw = (
        ("epochs: 4", 'epochs: 2\n  groups: [{match: "stem.*", trainable: {from_epoch: 2}}]'),
        ("conv: {filters: 4}", "conv: {filters: 4, kernel_regularizer: {l2: 0.1}}"),
    )
    ends = []
    for name, saves in (("whole", 0), ("killed", 8)):
        run = tmp_path / name
        if saves:
            with pytest.raises(tiny.Dead):
                tiny.fit_tiny(run, *thaw, patch=tiny.dying(saves, tiny.fall))
        tiny.fit_tiny(run, *thaw)
        ends.append(outcome(run))
    assert ends[0] == ends[1]
    counts = {name: np.frombuffer(array, np.int64)[0] for name, array in ends[0][0].items() if "iteration" in name}
    assert sorted(counts.values()) == [5, 10], "thawed weights have a count of their own"
