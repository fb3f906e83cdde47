"""A checkpoint is there whole or not at all, and is never believed without its hash: FAULTS 33, 36 and 37."""

import os
import resource
import signal
import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest

from resnet_spec.diagnostic import InputError
from resnet_spec.train.checkpoint import Checkpoint, DataPrint, Identity, SplitPrint
from resnet_spec.train.checkpoint_file import Damaged, read_checkpoint, to_bytes
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.history import Epoch
from resnet_spec.train.schedule import Counters
from resnet_spec.train.state import Patience, Progress, State, Sums

IDENTITY = Identity(
    "name: x", DataPrint(("a", "b"), SplitPrint(2, "l", "p"), SplitPrint(1, "m", "q")), {"python": "3.11"}
)


def checkpoint(step, size=1000):
    epoch = Epoch(1, 0.1 + 0.2, 0.5, 1 / 3, 0.25, 1e-3, best=True, dropped_to=None)
    progress = Progress(
        Counters(0.1, 1 / 7, 1, 0), 2, step, Sums(3, 1.1, 2.0), Patience(0.3, 1), 0.25, (epoch,), 0.7, 1.25
    )
    arrays = {
        "weights.a.kernel": np.random.default_rng(step).normal(size=(2, size)).astype(np.float32),
        "optimizer.iteration": np.array(step, np.int64),
        "best.a.kernel": np.zeros((0, 3), np.float32),
    }
    return Checkpoint(IDENTITY, State(progress, arrays))


def same(one, other):
    assert one.identity == other.identity
    assert one.state.progress == other.state.progress
    assert one.state.arrays.keys() == other.state.arrays.keys()
    for name, array in one.state.arrays.items():
        assert array.dtype == other.state.arrays[name].dtype
        assert array.shape == other.state.arrays[name].shape
        assert array.tobytes() == other.state.arrays[name].tobytes()


def test_what_is_read_is_what_was_written(tmp_path):
    path = tmp_path / "c"
    path.write_bytes(to_bytes(checkpoint(5)))
    same(read_checkpoint(path), checkpoint(5))


def test_every_bit_and_every_byte_counts(tmp_path):
    """Flip one bit of each byte, and cut at each length: nothing but the original is taken for it."""
    whole = to_bytes(checkpoint(5, size=4))
    path = tmp_path / "c"
    for place in range(len(whole)):
        spoilt = bytearray(whole)
        spoilt[place] ^= 1 << (place % 8)
        path.write_bytes(spoilt)
        try:
            found = read_checkpoint(path)
        except Damaged:
            continue
        same(found, checkpoint(5, size=4))  # a bit of padding
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        with pytest.raises(Damaged):
            read_checkpoint(path)


def test_the_newest_few_are_kept(tmp_path):
    folder = Checkpoints(tmp_path / "checkpoints")
    for step in (1, 2, 10, 11, 100):
        folder.write(checkpoint(step))
    found = [read_checkpoint(path).state.progress.step for path in folder.paths()]
    assert found == [100, 11, 10]
    same(folder.newest(pytest.fail), checkpoint(100))


def test_damaged_ones_are_named_and_passed_over(tmp_path):
    folder, said = Checkpoints(tmp_path / "checkpoints"), []
    assert folder.newest(said.append) is None
    for step in (1, 2, 3):
        folder.write(checkpoint(step))
    third, second, first = folder.paths()
    third.write_bytes(third.read_bytes()[:-3])
    second.write_bytes(b"")
    same(folder.newest(said.append), checkpoint(1))
    assert [third.name in said[0], second.name in said[1]] == [True, True]
    first.write_bytes(b"\0" * 64)
    with pytest.raises(InputError) as caught:
        folder.newest(said.append)
    assert len(caught.value.diagnostics) == 3


DYING = """\
import os, signal, sys, tempfile
sys.path.insert(0, {tests!r})
from pathlib import Path
from test_checkpoints import checkpoint
from resnet_spec.train.checkpoints import Checkpoints

folder, calls = Checkpoints(Path(sys.argv[1])), []

def deadly(module, name):
    real = getattr(module, name)
    def call(*arguments, **options):
        calls.append(name)
        if len(calls) == 2 * int(sys.argv[2]) + 1:
            os.kill(os.getpid(), signal.SIGKILL)
        result = real(*arguments, **options)
        calls.append(name)
        if len(calls) == 2 * int(sys.argv[2]) + 2:
            os.kill(os.getpid(), signal.SIGKILL)
        return result
    setattr(module, name, call)

for step in (1, 2, 3):
    folder.write(checkpoint(step))
for module, name in ((tempfile, "mkstemp"), (os, "fdopen"), (os, "fsync"), (os, "replace"), (os, "unlink")):
    deadly(module, name)
folder.write(checkpoint(4))
print(calls)
"""


@pytest.mark.slow
def test_killed_at_each_point_of_a_checkpoints_writing(tmp_path):
    """Before and after making, opening, syncing and renaming the file, syncing the folder, and deleting the oldest."""
    script = DYING.format(tests=str(Path(__file__).parent))
    deaths, points = [], []
    for point in range(40):
        folder = tmp_path / str(point)
        done = subprocess.run(
            [sys.executable, "-c", script, folder, str(point)], capture_output=True, text=True, check=False
        )
        if done.returncode == 0:
            points = done.stdout
            break
        assert done.returncode == -signal.SIGKILL, done.stderr
        newest = Checkpoints(folder).newest(pytest.fail).state.progress.step
        deaths.append(newest)
        Checkpoints(folder).sweep()
        Checkpoints(folder).write(checkpoint(5))
        same(Checkpoints(folder).newest(pytest.fail), checkpoint(5))
        assert not list(folder.glob(".*")), "what the dead left is swept up"
    assert deaths == sorted(deaths)
    assert set(deaths) == {3, 4}, points


@contextmanager
def small_files(most):
    """Let this process write no file longer than that; over before pytest writes its own report of the test."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_checkpoint_that_does_not_fit_leaves_those_before(tmp_path):
    folder = Checkpoints(tmp_path / "checkpoints")
    folder.write(checkpoint(1))
    with small_files(2000), pytest.raises(InputError, match="File too large") as caught:
        folder.write(checkpoint(2))
    assert caught.value.exit_code == 3
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1
    same(folder.newest(pytest.fail), checkpoint(1))


@contextmanager
def nobody():
    """Be a user who may not write everywhere, where this one is root."""
    before = os.geteuid()
    if before == 0:
        os.seteuid(65534)
    try:
        yield
    finally:
        os.seteuid(before)


def test_a_read_only_folder_is_said(tmp_path, monkeypatch):
    folder = Checkpoints(Path("checkpoints"))
    monkeypatch.chdir(tmp_path)
    tmp_path.chmod(0o555)
    try:
        with nobody(), pytest.raises(InputError, match="cannot write `checkpoints`: Permission denied") as caught:
            folder.write(checkpoint(1))
        assert caught.value.exit_code == 3
        tmp_path.chmod(0o755)
        folder.write(checkpoint(1))
        folder.folder.chmod(0o555)
        with nobody(), pytest.raises(InputError, match=r"cannot write `checkpoints/epoch-.*: Permission denied"):
            folder.write(checkpoint(2))
        same(folder.newest(pytest.fail), checkpoint(1))
    finally:
        tmp_path.chmod(0o755)
        if folder.folder.exists():
            folder.folder.chmod(0o755)


def test_a_full_disk_is_said(tmp_path, monkeypatch):
    folder = Checkpoints(tmp_path / "checkpoints")
    folder.write(checkpoint(1))

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(InputError, match="No space left on device"):
        folder.write(checkpoint(2))
    monkeypatch.undo()
    assert len(list((tmp_path / "checkpoints").iterdir())) == 1
