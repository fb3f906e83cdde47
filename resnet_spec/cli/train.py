"""`train`: a run directory with everything in it, ending in a verified ONNX file and a report."""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resnet_spec.cli.option import DataPath, Settings

if TYPE_CHECKING:
    from resnet_spec.train.run_directory import RunDirectory


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("train", epilog="Example: resnet-spec train resnet20 --data cifar10.zip --set train.epochs=5")(train)


def train(
    spec: Annotated[str, typer.Argument(metavar="SPEC", help="A spec, or a directory with weights to start from.")],
    data: DataPath = None,
    run: Annotated[Path | None, typer.Option("--run", metavar="DIR", help="The run directory [runs/<name>].")] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on in the run directory, or in SPEC if it is one, from its state.")
    ] = False,
    settings: Settings = [],  # noqa: B006 - Typer copies it
) -> None:
    """Train a spec, verify its ONNX file against Keras, and write a report.

    A directory that `import` or an earlier `train` made gives its spec, and its weights to start from. With `--resume`
    a run that was stopped, killed or is to have more epochs goes on, bit for bit as if nothing had happened.
    """
    from resnet_spec.backends.join_processes import started_processes
    from resnet_spec.cli.load_data import load_data, with_data
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import err, let_go
    from resnet_spec.render.printable import printable
    from resnet_spec.render.progress import TrainingProgress
    from resnet_spec.render.run import print_cut, print_run, print_stopped
    from resnet_spec.train.check_resumable import check_resumable
    from resnet_spec.train.checkpoints import Checkpoints
    from resnet_spec.train.count_steps import count_steps
    from resnet_spec.train.hold_run import hold_run
    from resnet_spec.train.keeper import Stopped
    from resnet_spec.train.past import Start
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.train.run_directory import RunDirectory, check_vacant, open_run
    from resnet_spec.train.until_told import RESUMABLE, until_told
    from resnet_spec.train.weigh_classes import weigh_classes
    from resnet_spec.weights.weights_file import hash_weights, read_weights
    from resnet_spec.workflow.sections import sections

    start = open_run(Path(spec)) if Path(spec).is_dir() else None
    if resume and run is None:
        run = _resumed(spec, start)
    name = str(start.spec) if start else spec
    compiled = compile_spec(name, settings, own_images=data is None)
    _, schedule = sections(compiled)
    compiled = with_data(compiled, data)
    hold_expectations(compiled)
    if not resume:
        check_vacant(run)
    elif run is not None:
        check_resumable(run)
    begun = resume and run is not None and bool(Checkpoints(RunDirectory(run).checkpoints).paths())
    initial = None if begun or start is None else read_weights(start.weights, compiled.graph.weight_shapes())
    origin = None
    if start is not None and initial is not None:
        origin = Start(printable(spec), hash_weights(start.weights), start.spec.read_text(encoding="utf-8"))

    if (processes := started_processes()) > 1:
        err().print(f"waiting for all {processes} processes of this run", soft_wrap=True)
    prepare_backend(training=True)
    from resnet_spec.backends.find_devices import find_devices
    from resnet_spec.train.together import together
    from resnet_spec.workflow.announce_devices import announce_devices
    from resnet_spec.workflow.order import Order
    from resnet_spec.workflow.train_run import train_run

    devices = find_devices()

    def announce(text: str) -> None:
        if devices.leads:
            err().print(text, soft_wrap=True)

    with ExitStack() as held:
        with together():
            announce_devices(devices, schedule, announce)
            announce("loading the images")
            dataset = load_data(compiled, announce)
            count_steps(len(dataset.train), schedule.batch_size)
            weigh_classes(schedule.class_weight, dataset.class_names, dataset.train.labels)
            directory = _directory(run, compiled.spec.name, resume=resume, leads=devices.leads)
            announce(f"run directory: {directory.path}")
            if devices.leads:
                held.enter_context(hold_run(directory))
        leave = partial(print_cut, directory) if devices.leads else let_go
        told = held.enter_context(until_told(announce, leave))
        try:
            with TrainingProgress(schedule.epochs, schedule.batch_size) as progress:
                order = Order(compiled, dataset, directory, initial, resume, origin)
                train_run(order, progress, announce, told)
        except Stopped:
            if devices.leads:
                print_stopped(directory)
            raise typer.Exit(RESUMABLE) from None
    if devices.leads:
        print_run(directory)


def _resumed(spec: str, start: RunDirectory | None) -> Path:
    from resnet_spec.compile.find_spec import shipped_specs
    from resnet_spec.diagnostic import Code, Diagnostic, InputError
    from resnet_spec.train.run_directory import open_run

    if start is not None:
        return start.path
    if spec in shipped_specs() or Path(spec).suffix in (".yaml", ".yml"):
        help = "name it: `resnet-spec train RUN --resume`, or `resnet-spec train SPEC --run RUN --resume`"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, "`--resume` needs to know which run goes on", None, help))
    return open_run(Path(spec)).path


def _directory(run: Path | None, name: str, *, resume: bool, leads: bool) -> RunDirectory:
    from resnet_spec.train.run_directory import RunDirectory, create_run

    if not leads or (resume and run is not None and run.exists()):
        return RunDirectory(run or Path(name))
    return create_run(run, name)
