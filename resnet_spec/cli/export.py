"""`export`: the ONNX file of a run, verified before it is put in place."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import DataPath


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: resnet-spec export runs/resnet20 -o resnet20.onnx")(export)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run directory.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The ONNX file to write.")],
    data: DataPath = None,
) -> None:
    """Write a run's best weights as ONNX; nothing is written unless it computes what Keras does."""
    from resnet_spec.cli.load_data import load_data, with_data
    from resnet_spec.compile import hold_expectations
    from resnet_spec.render.console import err, out
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.train.run_directory import open_run
    from resnet_spec.weights.weights_file import read_weights
    from resnet_spec.workflow.export_network import export_network
    from resnet_spec.workflow.report_run import compile_run
    from resnet_spec.workflow.sections import sections

    directory = open_run(run)
    compiled = compile_run(directory)
    hold_expectations(compiled)
    weights = read_weights(directory.weights, compiled.graph.weight_shapes())
    dataset = load_data(with_data(compiled, data), lambda text: err().print(text, soft_wrap=True))
    prepare_backend()
    found = export_network(compiled, sections(compiled)[0], weights, dataset, output)
    out().print(
        f"{output}: logits within {found.max_relative:.1e} of Keras's (limit {found.tolerance:.0e}) "
        f"on {found.images} real images, batches {', '.join(map(str, found.batches))}",
        soft_wrap=True,
    )
