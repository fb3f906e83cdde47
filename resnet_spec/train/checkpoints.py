"""The folder of a run's checkpoints: the newest few, each whole or not there."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.checkpoint import Checkpoint
from resnet_spec.train.checkpoint_file import Damaged, read_checkpoint, to_bytes
from resnet_spec.write_atomically import write_atomically

_KEPT = 3
_PATTERN = "epoch-*.safetensors"


@dataclass(frozen=True, slots=True)
class Checkpoints:
    """A folder of checkpoints; names sort by age."""

    folder: Path

    def write(self, checkpoint: Checkpoint) -> None:
        """Add a checkpoint, and only then delete the oldest beyond the newest few.

        Raises:
            InputError: it cannot be written; those before it are as they were.
        """
        progress = checkpoint.state.progress
        path = self.folder / f"epoch-{progress.epoch:06}-step-{progress.step:09}.safetensors"
        try:
            self.folder.mkdir(exist_ok=True)
        except OSError as error:
            message = f"cannot write `{self.folder}`: {error.strerror or error}"
            raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions")) from None
        write_atomically(path, to_bytes(checkpoint))
        for old in self.paths()[_KEPT:]:
            old.unlink(missing_ok=True)

    def newest(self, announce: Callable[[str], None]) -> Checkpoint | None:
        """Give the newest checkpoint that is whole, or None where there never was one.

        Args:
            announce: told of every damaged one that is passed over.

        Raises:
            InputError: there are checkpoints, and all of them are damaged.
        """
        damaged = []
        for path in self.paths():
            try:
                return read_checkpoint(path)
            except Damaged as fault:
                damaged.append(Diagnostic(Code.RUN_DIRECTORY, f"`{path}` is damaged: {fault}", None, _HELP))
                announce(f"`{path}` is damaged and passed over: {fault}")
        if damaged:
            raise InputError(*damaged)
        return None

    def paths(self) -> list[Path]:
        """List the files, newest first."""
        return sorted(self.folder.glob(_PATTERN), reverse=True)

    def sweep(self) -> None:
        """Delete what a process that was killed while writing left; only the holder of the run may."""
        for left in self.folder.glob(".epoch-*"):
            left.unlink(missing_ok=True)


_HELP = "restore the file from a copy, or begin a new run"
