"""Run directories -> what they are compared by."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from resnet_spec.compile.compare_documents import Change, compare_documents
from resnet_spec.compile.write_inline import write_inline
from resnet_spec.report.comparison import ComparedRun
from resnet_spec.train.run_directory import open_run
from resnet_spec.workflow.build_facts import build_facts
from resnet_spec.workflow.report_run import compile_run

_LONGEST = 200
"""Characters of a value that are shown."""


def compare_runs(paths: Sequence[Path]) -> tuple[ComparedRun, ...]:
    """Read the runs; a directory that `build` made has no figures of a training.

    Raises:
        SpecErrors, InputError: one is no run directory, or is damaged.
    """
    runs = [open_run(path) for path in paths]
    compiled = [compile_run(run) for run in runs]
    first = compiled[0].document.value
    return tuple(
        ComparedRun(
            str(path),
            build_facts(each, run.spec, run if run.result.exists() else None),
            tuple(_say(change) for change in compare_documents(first, each.document.value)),
        )
        for path, run, each in zip(paths, runs, compiled, strict=True)
    )


def _say(change: Change) -> str:
    path = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in change.path).lstrip(".")
    match change.kind:
        case "added":
            return f"{path}: {_value(change.new)}, which is not in the first"
        case "removed":
            return f"{path} is not there: it was {_value(change.old)}"
        case "changed":
            return f"{path}: {_value(change.old)} -> {_value(change.new)}"


def _value(value: Any) -> str:
    text = write_inline(value)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."
