"""`export`: the ONNX file of a run, verified before it is put in place."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resnet_spec.cli.option import DataPath, refuse_nan
from resnet_spec.deploy.precision import CALIBRATION_IMAGES, MAX_DROP, Precision

if TYPE_CHECKING:
    from resnet_spec.compile import Compiled
    from resnet_spec.deploy.precision import Reduction
    from resnet_spec.deploy.verification import Verification
    from resnet_spec.train.run_directory import RunDirectory


class Via(StrEnum):
    """Who writes a file."""

    GRAPH = "graph"
    TF2ONNX = "tf2onnx"


class Int8Form(StrEnum):
    """How activations are kept in int8: for x86 processors; for ARM processors and accelerators."""

    UNSIGNED = "unsigned"
    SIGNED = "signed"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("export", epilog="Example: resnet-spec export runs/resnet20 -o resnet20.onnx --int8")(export)


def export(
    run: Annotated[Path, typer.Argument(metavar="RUN", help="A run directory.")],
    output: Annotated[
        Path, typer.Option("--output", "-o", metavar="FILE", help="The ONNX file to write, in a folder that is there.")
    ],
    data: DataPath = None,
    via: Annotated[
        Via, typer.Option("--via", help="Who writes the file: we, from the graph, or Keras and tf2onnx.")
    ] = Via.GRAPH,
    triton: Annotated[
        Path | None,
        typer.Option("--triton", metavar="DIR", help="Lay the file out for Triton Inference Server as well, in DIR."),
    ] = None,
    web: Annotated[
        Path | None,
        typer.Option("--web", metavar="DIR", help="Write a static web page that classifies an image as well, in DIR."),
    ] = None,
    runtime: Annotated[
        Path, typer.Option("--onnxruntime-web", metavar="FOLDER", help="The npm package that the page runs on.")
    ] = Path("node_modules/onnxruntime-web"),
    int8: Annotated[
        bool, typer.Option("--int8", help="Compute in 8-bit integers: smaller, and faster on CPUs.")
    ] = False,
    fp16: Annotated[bool, typer.Option("--fp16", help="Compute in 16-bit floating point, for GPUs.")] = False,
    int8_form: Annotated[
        Int8Form | None,
        typer.Option(
            "--int8-form", help="Activations: unsigned is fast on x86, signed on ARM and accelerators. [unsigned]"
        ),
    ] = None,
    max_drop: Annotated[
        float | None,
        typer.Option(
            "--max-drop",
            min=0,
            max=100,
            callback=refuse_nan,
            metavar="POINTS",
            help=f"Accuracy that --int8, --fp16 may lose. [{MAX_DROP}]",
        ),
    ] = None,
    calibration: Annotated[
        int | None,
        typer.Option(
            "--calibration-images",
            min=1,
            metavar="N",
            help=f"Training images whose ranges are read. [{CALIBRATION_IMAGES}]",
        ),
    ] = None,
) -> None:
    """Write a run's best weights as ONNX; nothing is written unless it computes what the network does.

    The file is compared with Keras where Keras is installed, and else with the same layers in plain NumPy. With --int8
    and --fp16 the smaller network is scored beside that one on the test images. A file that is written into the run
    directory is shown by `report`, beside model.onnx.
    """
    from resnet_spec.compile import hold_expectations
    from resnet_spec.render.export import print_export
    from resnet_spec.train.run_directory import open_run
    from resnet_spec.workflow.check_targets import check_targets
    from resnet_spec.workflow.report_run import compile_run

    precision = _precision(int8=int8, fp16=fp16, form=int8_form)
    if precision is None and max_drop is not None:
        raise typer.BadParameter("--max-drop goes with --int8 or --fp16")
    if precision is None and calibration is not None:
        raise typer.BadParameter("--calibration-images goes with --int8 or --fp16")
    directory = open_run(run)
    compiled = compile_run(directory)
    hold_expectations(compiled)
    own = None if precision else directory
    channels = compiled.spec.model.input.shape[2]
    check_targets(output, compiled.spec.name, channels=channels, triton=triton, web=web, runtime=runtime, own=own)
    if precision is None:
        print_export(output, _export_whole(compiled, directory, data, output, via))
    else:
        limits = calibration or CALIBRATION_IMAGES, MAX_DROP if max_drop is None else max_drop
        print_export(output, *_export_smaller(compiled, directory, data, output, via, precision, *limits))
    if triton is not None:
        _lay_out_triton(output, triton, compiled.spec.name)
    if web is not None:
        _lay_out_web(output, web, compiled.spec.name, runtime)


def _precision(*, int8: bool, fp16: bool, form: Int8Form | None) -> Precision | None:
    if int8 and fp16:
        raise typer.BadParameter("choose one of --int8 and --fp16")
    if form is not None and not int8:
        raise typer.BadParameter("--int8-form goes with --int8")
    if fp16:
        return Precision.FLOAT16
    if int8:
        return Precision.INT8_SIGNED if form is Int8Form.SIGNED else Precision.INT8_UNSIGNED
    return None


def _export_whole(compiled: Compiled, run: RunDirectory, data: str | None, output: Path, via: Via) -> Verification:
    from resnet_spec.cli.load_data import with_data
    from resnet_spec.data.load_test_images import load_test_images
    from resnet_spec.render.console import err
    from resnet_spec.weights.weights_file import read_weights
    from resnet_spec.workflow.data_section import data_section
    from resnet_spec.workflow.export_network import export_network
    from resnet_spec.workflow.known_result import known_result
    from resnet_spec.workflow.refuse_other_classes import refuse_other_classes

    weights = read_weights(run.weights, compiled.graph.weight_shapes())
    model = compiled.spec.model
    images = load_test_images(data_section(with_data(compiled, data)), shape=model.input.shape, classes=model.classes)
    err().print(f"data: {images.source}: {len(images.test):,} images ({images.split_name})", soft_wrap=True)
    known = known_result(run)
    refuse_other_classes(images.class_names, known.class_names or images.class_names)
    return export_network(
        compiled,
        weights,
        images.class_names,
        images.test.images,
        output,
        via=via.value,
        evaluation=known.evaluation if data is None else None,
    )


def _export_smaller(
    compiled: Compiled,
    run: RunDirectory,
    data: str | None,
    output: Path,
    via: Via,
    precision: Precision,
    calibration_images: int,
    max_drop: float,
) -> tuple[Verification, Reduction]:
    from resnet_spec.cli.load_data import load_data, with_data
    from resnet_spec.render.console import err
    from resnet_spec.weights.weights_file import read_weights
    from resnet_spec.workflow.export_smaller import export_smaller
    from resnet_spec.workflow.known_result import known_result
    from resnet_spec.workflow.refuse_other_classes import refuse_other_classes

    weights = read_weights(run.weights, compiled.graph.weight_shapes())
    dataset = load_data(with_data(compiled, data), lambda text: err().print(text, soft_wrap=True))
    refuse_other_classes(dataset.class_names, known_result(run).class_names or dataset.class_names)
    return export_smaller(
        compiled,
        weights,
        dataset,
        output,
        precision,
        calibration_images=calibration_images,
        max_drop=max_drop,
        via=via.value,
    )


def _lay_out_triton(onnx: Path, folder: Path, name: str) -> None:
    from resnet_spec.deploy.lay_out_triton import lay_out_triton
    from resnet_spec.deploy.read_network import read_network
    from resnet_spec.render.console import out

    model = lay_out_triton(read_network(onnx), folder, name)
    out().print(f"{model}: for `tritonserver --model-repository={folder}`", soft_wrap=True)


def _lay_out_web(onnx: Path, folder: Path, name: str, runtime: Path) -> None:
    from resnet_spec.deploy.lay_out_web import lay_out_web
    from resnet_spec.deploy.read_network import read_network
    from resnet_spec.render.console import out

    lay_out_web(read_network(onnx), folder, name, runtime)
    out().print(f"{folder}: to see it, `python -m http.server --directory {folder}`", soft_wrap=True)
