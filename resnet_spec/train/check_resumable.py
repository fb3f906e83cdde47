"""A directory that a run is to go on in -> nothing, or why it cannot: no run is there, or one that lost its state.

A run writes its first checkpoint before its first step, and its spec.yaml after that; what is made before them, another
run may write over.
"""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.run_directory import RunDirectory

_BEFORE_ITS_STATE = frozenset(
    {".lock", "environment.json", "result.json", "log.txt", "events", "mlflow_run_id", "checkpoints"}
)
_BEING_WRITTEN = (".environment.json.", ".result.json.")


def check_resumable(path: Path) -> None:
    """Refuse a directory in which a run would begin over what is there.

    Raises:
        InputError: it is not empty, and neither has a checkpoint nor is what a run left that ended before its first.
    """
    run = RunDirectory(path)
    if not path.exists() or (path.is_dir() and _may_begin(run)):
        return
    if path.is_dir() and run.spec.exists():
        message = f"cannot go on: `{path}` has no checkpoint"
        help = f"restore `{run.checkpoints}` from a copy, or begin a new run: `resnet-spec train SPEC --run NEW`"
        if run.weights.exists():
            help = f"{help}; `resnet-spec train {path} --run NEW` begins it with these weights"
    else:
        message = f"cannot go on: `{path}` is not a run directory, nor a new one"
        help = "name the directory that `train` made, or one that is new or empty"
    raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, help))


def _may_begin(run: RunDirectory) -> bool:
    if Checkpoints(run.checkpoints).paths():
        return True
    names = {path.name for path in run.path.iterdir() if not path.name.startswith(_BEING_WRITTEN)}
    return not names or (run.lock.name in names and names <= _BEFORE_ITS_STATE)
