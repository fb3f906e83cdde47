"""`export`: the ONNX file of a run, verified before it is put in place."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import DataPath


class Via(StrEnum):
    """Who writes a file."""

    GRAPH = "graph"
    TF2ONNX = "tf2onnx"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: resnet-spec export runs/resnet20 -o resnet20.onnx")(export)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run directory.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="FILE", help="The ONNX file to write.")],
    data: DataPath = None,
    via: Annotated[
        Via, typer.Option("--via", help="Who writes the file: we, from the graph, or Keras and tf2onnx.")
    ] = Via.GRAPH,
    triton: Annotated[
        Path | None,
        typer.Option("--triton", metavar="DIR", help="Lay the file out for Triton Inference Server as well, in DIR."),
    ] = None,
) -> None:
    """Write a run's best weights as ONNX; nothing is written unless it computes what the network does.

    The file is compared with Keras where Keras is installed, and else with the same layers in plain NumPy.
    """
    from resnet_spec.cli.load_data import with_data
    from resnet_spec.compile import hold_expectations
    from resnet_spec.data.load_test_images import load_test_images
    from resnet_spec.render.console import err, out
    from resnet_spec.train.run_directory import open_run
    from resnet_spec.weights.weights_file import read_weights
    from resnet_spec.workflow.data_section import data_section
    from resnet_spec.workflow.export_network import export_network
    from resnet_spec.workflow.known_evaluation import known_evaluation
    from resnet_spec.workflow.report_run import compile_run

    directory = open_run(run)
    compiled = compile_run(directory)
    hold_expectations(compiled)
    weights = read_weights(directory.weights, compiled.graph.weight_shapes())
    model = compiled.spec.model
    images = load_test_images(data_section(with_data(compiled, data)), shape=model.input.shape, classes=model.classes)
    err().print(f"data: {images.source}: {len(images.test):,} images ({images.split_name})", soft_wrap=True)
    found = export_network(
        compiled,
        weights,
        images.class_names,
        images.test.images,
        output,
        via=via.value,
        evaluation=known_evaluation(directory) if data is None else None,
    )
    out().print(
        f"{output}: logits within {found.max_relative:.1e} of those of {found.against} (limit {found.tolerance:.0e}) "
        f"on {found.images} real images, batches {', '.join(map(str, found.batches))}",
        soft_wrap=True,
    )
    if triton is not None:
        _lay_out_triton(output, triton, compiled.spec.name)


def _lay_out_triton(onnx: Path, folder: Path, name: str) -> None:
    from resnet_spec.deploy.lay_out_triton import lay_out_triton
    from resnet_spec.deploy.read_network import read_network
    from resnet_spec.render.console import out

    model = lay_out_triton(read_network(onnx), folder, name)
    out().print(f"{model}: for `tritonserver --model-repository={folder}`", soft_wrap=True)
