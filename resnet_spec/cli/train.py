"""`train`: a run directory with everything in it, ending in a verified ONNX file and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import DataPath, Settings, SpecName


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", epilog="Example: resnet-spec train resnet20 --data cifar10.zip --set train.epochs=5")(train)


def train(
    spec: SpecName,
    data: DataPath = None,
    run: Annotated[Path | None, typer.Option("--run", metavar="DIR", help="The run directory [runs/<name>].")] = None,
    settings: Settings = [],  # noqa: B006 - Typer copies it
) -> None:
    """Train a spec, verify its ONNX file against Keras, and write a report."""
    from resnet_spec.cli.load_data import load_data, with_data
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import err
    from resnet_spec.render.progress import TrainingProgress
    from resnet_spec.render.run import print_run
    from resnet_spec.workflow.sections import sections

    compiled = with_data(compile_spec(spec, settings), data)
    hold_expectations(compiled)
    _, schedule = sections(compiled)

    def announce(text: str) -> None:
        err().print(text, soft_wrap=True)

    dataset = load_data(compiled, announce)
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.workflow.train_run import train_run

    prepare_backend()
    with TrainingProgress(schedule.epochs, schedule.batch_size) as progress:
        finished = train_run(compiled, dataset, run, progress, announce)
    print_run(finished)
