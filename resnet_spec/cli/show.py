"""`show`: the layers of a spec, as a table or as a drawing."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from resnet_spec.cli.option import Json, Settings, SpecName

if TYPE_CHECKING:
    from resnet_spec.compile import Compiled


class Format(StrEnum):
    """How the layers are written."""

    table = "table"
    json = "json"
    markdown = "markdown"
    mermaid = "mermaid"
    svg = "svg"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("show", epilog="Example: resnet-spec show resnet50 --format markdown")(show)


def show(
    spec: SpecName,
    form: Annotated[Format, typer.Option("--format", help="How to write it.")] = Format.table,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Print a network's layers: name, type, output shape, parameters, MACs, inputs.

    `mermaid` and `svg` draw it instead, by stage and block; alike blocks are drawn once.
    """
    from resnet_spec.cli.check import check_one
    from resnet_spec.compile import compile_spec
    from resnet_spec.render.console import print_text
    from resnet_spec.render.facts import markdown_layers, print_layers

    if as_json or form is Format.json:
        raise typer.Exit(check_one(spec, settings, True))
    compiled = compile_spec(spec, settings)
    if form is Format.markdown:
        print_text(markdown_layers(compiled))
    elif form is Format.table:
        print_layers(compiled)
    else:
        print_text(_drawing(compiled, form))


def _drawing(compiled: Compiled, form: Format) -> str:
    from resnet_spec.backends.to_mermaid import to_mermaid
    from resnet_spec.backends.to_svg import to_svg
    from resnet_spec.passes.outline import outline
    from resnet_spec.report.make_visible import make_visible

    parts = outline(compiled.graph)
    return (
        to_mermaid(parts) if form is Format.mermaid else to_svg(make_visible(compiled.spec.name, one_line=True), parts)
    )
