"""`build`: the Keras graph, its counts held against ours."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import Settings, SpecName


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("build", epilog="Example: resnet-spec build resnet50 -o build/resnet50")(build)


def build(
    spec: SpecName,
    output: Annotated[Path, typer.Option("--output", "-o", metavar="DIR", help="Where to write; new or empty.")],
    settings: Settings = [],  # noqa: B006 - Typer copies it
) -> None:
    """Build the Keras model, check its shapes and counts, and write model.keras, spec.yaml and a report."""
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import out
    from resnet_spec.render.facts import print_summary
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.train.run_directory import check_vacant
    from resnet_spec.workflow.build_run import build_run

    compiled = compile_spec(spec, settings, own_images=True)
    hold_expectations(compiled)
    check_vacant(output)
    prepare_backend()
    directory = build_run(compiled, output)
    print_summary(spec, compiled)
    out().print(f"  {'Keras':<13}counts and shapes agree, layer by layer", soft_wrap=True)
    out().print(f"\nmodel:  {directory.keras}\nreport: {directory.path / 'report.html'}", soft_wrap=True)
