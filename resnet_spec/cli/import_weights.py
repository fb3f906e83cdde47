"""`import`: pretrained weights of another library, to go on from."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import Json, Settings, SpecName


class Origin(StrEnum):
    """Whose file it is."""

    torchvision = "torchvision"
    timm = "timm"
    keras = "keras"


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = "Example: resnet-spec import resnet50 resnet50.safetensors --from torchvision -o pretrained --classes 37"
    app.command("import", epilog=example)(import_weights)


def import_weights(
    spec: SpecName,
    weights: Annotated[Path, typer.Argument(metavar="WEIGHTS", help="safetensors, or a Keras .weights.h5 or .h5.")],
    origin: Annotated[Origin, typer.Option("--from", help="Whose weights they are.")],
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where to write; new or empty.")],
    classes: Annotated[
        int | None,
        typer.Option(
            "--classes", min=1, metavar="N", help="Start a new last layer for N classes, if the file's does not fit."
        ),
    ] = None,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Put pretrained weights under a spec; the directory is one that `train` and `export` accept."""
    from dataclasses import asdict

    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.compile.with_classes import with_classes
    from resnet_spec.render.console import print_json
    from resnet_spec.render.fates import print_fates
    from resnet_spec.workflow.import_run import import_run

    compiled = compile_spec(spec, settings)
    hold_expectations(compiled)
    if classes is not None and classes != compiled.spec.model.classes:
        compiled = with_classes(compiled, classes)
    found = import_run(compiled, weights, origin.value, output, new_head=classes is not None)
    directory = str(found.run.path)
    if as_json:
        print_json({"run": directory, "prefix": found.prefix, "tensors": [asdict(fate) for fate in found.fates]})
    else:
        print_fates(directory, found.fates, new_head=found.new_head, prefix=found.prefix)
