"""`show`: the layer table of a spec."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from resnet_spec.cli.option import Json, Settings, SpecName


class Format(StrEnum):
    """How the table is written."""

    table = "table"
    json = "json"
    markdown = "markdown"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show", epilog="Example: resnet-spec show resnet50 --format markdown")(show)


def show(
    spec: SpecName,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.table,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Print a network's layers: name, type, output shape, parameters, MACs, inputs."""
    from resnet_spec.cli.check import check_one
    from resnet_spec.compile import compile_spec
    from resnet_spec.render.console import print_text
    from resnet_spec.render.facts import markdown_layers, print_layers

    if as_json or form is Format.json:
        raise typer.Exit(check_one(spec, settings, True))
    compiled = compile_spec(spec, settings)
    if form is Format.markdown:
        print_text(markdown_layers(compiled))
    else:
        print_layers(compiled)
