"""A run directory: made once, written atomically, read by every later command."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypeVar

from resnet_spec.data.find_neighbour import find_neighbour
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.history import Epoch, Timing
from resnet_spec.write_atomically import write_atomically

_Noun = TypeVar("_Noun", Epoch, Timing)


@dataclass(frozen=True, slots=True)
class RunDirectory:
    """The files of a run, by what they hold."""

    path: Path

    @property
    def lock(self) -> Path:
        """Held by the process that trains; made before anything else."""
        return self.path / ".lock"

    @property
    def spec(self) -> Path:
        """The resolved spec, the only source of the network; there once there is a state to go on from."""
        return self.path / "spec.yaml"

    @property
    def environment(self) -> Path:
        """Versions and machine."""
        return self.path / "environment.json"

    @property
    def history(self) -> Path:
        """One JSON object an epoch."""
        return self.path / "history.jsonl"

    @property
    def timings(self) -> Path:
        """What each epoch took, one JSON object an epoch."""
        return self.path / "timings.jsonl"

    @property
    def events(self) -> Path:
        """The folder of TensorBoard's event files."""
        return self.path / "events"

    @property
    def checkpoints(self) -> Path:
        """The folder of states from which the run goes on."""
        return self.path / "checkpoints"

    @property
    def result(self) -> Path:
        """Data, what the run remembers of itself, scores and verification."""
        return self.path / "result.json"

    @property
    def mistakes(self) -> Path:
        """The folder of test images that the network took for something else."""
        return self.path / "mistakes"

    def mistake(self, number: int) -> Path:
        """Name one of them: 1 is the worst."""
        return self.mistakes / f"{number:02d}.png"

    @property
    def log(self) -> Path:
        """What the terminal said: how the run begins and goes on, and an epoch a line."""
        return self.path / "log.txt"

    @property
    def weights(self) -> Path:
        """The best epoch's arrays under path names, as safetensors."""
        return self.path / "best.weights"

    @property
    def keras(self) -> Path:
        """The trained network for Keras users."""
        return self.path / "model.keras"

    @property
    def onnx(self) -> Path:
        """The verified file for deployment."""
        return self.path / "model.onnx"

    @property
    def shipping(self) -> Path:
        """What is known of each ONNX file of this directory: size, accuracy, and times of one sitting."""
        return self.path / "shipping.json"


def check_vacant(wanted: Path | None) -> None:
    """Refuse a directory that `create_run` would, before any work is done.

    Raises:
        InputError: it is a file, or already holds something.
    """
    if wanted is None or not wanted.exists():
        return
    help = "give the name of a new directory"
    if not wanted.is_dir():
        raise _fault(f"`{wanted}` is a file, and no directory", help)
    if any(wanted.iterdir()):
        raise _fault(f"`{wanted}` already exists and is not empty", help)


def create_run(wanted: Path | None, name: str) -> RunDirectory:
    """Make the directory of a new run: `wanted`, or `runs/<name>` with a number after it where that is taken.

    Raises:
        InputError: `wanted` already holds something, or cannot be made.
    """
    check_vacant(wanted)
    if wanted is not None:
        return RunDirectory(_made(wanted))
    base = Path("runs") / (re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("._") or "run")
    number = 1
    while (path := base if number == 1 else base.with_name(f"{base.name}-{number}")).exists():
        number += 1
    return RunDirectory(_made(path))


def open_run(path: Path) -> RunDirectory:
    """Take an existing run directory.

    Raises:
        InputError: it is not one.
    """
    run, help = RunDirectory(path), "give the directory that `train` made"
    if run.spec.is_file():
        return run
    if not path.exists():
        raise _fault(f"there is no run directory `{path}`", find_neighbour(path) or help)
    if not path.is_dir():
        around = RunDirectory(path.parent)
        help = f"give the directory: `{around.path}`" if around.spec.is_file() else help
        raise _fault(f"`{path}` is a file, and no run directory", help)
    if run.lock.exists():
        help = f"a training ended there before its first step: begin it as before, with `--run {path} --resume`"
    raise _fault(f"`{path}` is not a run directory: it has no spec.yaml", help)


def write_json(path: Path, value: Mapping[str, Any]) -> None:
    """Write an object as JSON, atomically."""
    write_atomically(path, (json.dumps(value, indent=2, ensure_ascii=False) + "\n").encode())


def clear_up(run: RunDirectory) -> None:
    """Take away what a process left that was killed while writing; only the holder of the run may.

    That is temporary files, and the beginning of a line.
    """
    written = (run.spec, run.environment, run.history, run.result, run.weights, run.onnx, run.shipping)
    patterns = [f".{path.name}.*" for path in written] + [".report.*.*", f".*.{run.keras.name}"]
    for pattern in patterns:
        for left in run.path.glob(pattern):
            left.unlink(missing_ok=True)
    if run.timings.exists():
        lines = run.timings.read_bytes().splitlines(keepends=True)
        if lines and not lines[-1].endswith(b"\n"):
            write_atomically(run.timings, b"".join(lines[:-1]))


def append_line(path: Path, value: Mapping[str, Any]) -> None:
    """Add an object to a file of JSON lines."""
    with path.open("a", encoding="utf-8") as stream:
        stream.write(json.dumps(value) + "\n")


def write_history(run: RunDirectory, epochs: tuple[Epoch, ...]) -> None:
    """Make the history what a state says that it is: lines after it are of steps that are made again."""
    write_atomically(run.history, "".join(json.dumps(asdict(epoch)) + "\n" for epoch in epochs).encode())


def read_history(run: RunDirectory) -> tuple[Epoch, ...]:
    """Read the epochs of a run.

    Raises:
        InputError: the history is not one that `train` wrote.
    """
    return tuple(_read_lines(run.history, Epoch))


def read_timings(run: RunDirectory) -> dict[int, Timing]:
    """Read what the epochs of a run took, by their number; the last word on an epoch that was made twice.

    Raises:
        InputError: the file is not one that `train` wrote.
    """
    return {timing.epoch: timing for timing in _read_lines(run.timings, Timing)}


def _read_lines(path: Path, noun: type[_Noun]) -> list[_Noun]:
    if not path.exists():
        return []
    try:
        return [noun(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines()]
    except (ValueError, TypeError) as error:
        raise _fault(f"`{path}` is damaged: {error}", "restore it from a copy") from None


def _made(path: Path) -> Path:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unwritable(path, error) from None
    return path


def _unwritable(path: Path, error: OSError) -> InputError:
    return _fault(f"cannot write `{path}`: {error.strerror or error}", "check space and permissions")


def _fault(message: str, help: str) -> InputError:
    return InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help))
