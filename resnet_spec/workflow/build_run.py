"""A compiled spec -> a directory with the untrained Keras model and a report of the network."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.compile import Compiled
from resnet_spec.train.run_directory import RunDirectory, create_run
from resnet_spec.workflow.build_facts import build_facts
from resnet_spec.workflow.report_run import write_report
from resnet_spec.workflow.save_keras import save_keras
from resnet_spec.write_atomically import write_atomically


def build_run(compiled: Compiled, wanted: Path) -> RunDirectory:
    """Build the model with its first weights, and write `model.keras`, `spec.yaml` and the reports.

    Raises:
        CheckFailed: Keras counts other shapes or parameters.
        InputError: the directory is taken or cannot be written.
    """
    run = create_run(wanted, compiled.spec.name)
    write_atomically(run.spec, compiled.text.encode())
    save_keras(compiled, None, run.keras, seed=compiled.spec.train.seed if compiled.spec.train else 0)
    write_report(run, build_facts(compiled, run.spec))
    return run
