"""`report`: the pages of a run, made again from its files."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("report", epilog="Example: resnet-spec report runs/quickstart")(report)


def report(run: Annotated[Path, typer.Argument(metavar="RUN", help="A run directory.")]) -> None:
    """Write report.html and report.md from what a run directory holds. Without TensorFlow.

    ONNX files in it that `export` made of the run, such as an int8 one, are shown and timed beside model.onnx.
    """
    from resnet_spec.render.console import err, out
    from resnet_spec.train.run_directory import open_run
    from resnet_spec.workflow.report_run import report_run

    directory = open_run(run)
    report_run(directory, lambda text: err().print(text, soft_wrap=True))
    out().print(f"{directory.path / 'report.html'}\n{directory.path / 'report.md'}", soft_wrap=True)
