"""`train`: a run directory with everything in it, ending in a verified ONNX file and a report."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import DataPath, Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", epilog="Example: resnet-spec train resnet20 --data cifar10.zip --set train.epochs=5")(train)


def train(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="A spec, or a directory with weights to start from.")],
    data: DataPath = None,
    run: Annotated[Path | None, typer.Option("--run", metavar="DIR", help="The run directory [runs/<name>].")] = None,
    settings: Settings = [],  # noqa: B006 - Typer copies it
) -> None:
    """Train a spec, verify its ONNX file against Keras, and write a report.

    A directory that `import` or an earlier `train` made gives its spec, and its weights to start from.
    """
    from resnet_spec.cli.load_data import load_data, with_data
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import err
    from resnet_spec.render.progress import TrainingProgress
    from resnet_spec.render.run import print_interrupted, print_run
    from resnet_spec.train.count_steps import count_steps
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.train.run_directory import check_vacant, create_run, open_run
    from resnet_spec.weights.weights_file import read_weights
    from resnet_spec.workflow.sections import sections

    start = open_run(Path(spec)) if Path(spec).is_dir() else None
    compiled = with_data(compile_spec(str(start.spec) if start else spec, settings), data)
    hold_expectations(compiled)
    check_vacant(run)
    _, schedule = sections(compiled)
    initial = read_weights(start.weights, compiled.graph.weight_shapes()) if start else None

    def announce(text: str) -> None:
        err().print(text, soft_wrap=True)

    prepare_backend()
    announce("loading the images")
    dataset = load_data(compiled, announce)
    count_steps(len(dataset.train), schedule.batch_size)
    from resnet_spec.workflow.train_run import train_run

    directory = create_run(run, compiled.spec.name)
    try:
        with TrainingProgress(schedule.epochs, schedule.batch_size) as progress:
            train_run(compiled, dataset, directory, progress, announce, initial)
    except KeyboardInterrupt:
        print_interrupted(directory)
        raise typer.Exit(130) from None
    print_run(directory)
