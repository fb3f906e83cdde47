"""`render`: the resolved spec, and where each of its values was set."""

from __future__ import annotations

from typing import Annotated

import typer

from resnet_spec.cli.option import Settings


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("render", epilog="Example: resnet-spec render my_net.yaml --set model.classes=5 --origin")(render)


def render(
    spec: Annotated[
        str, typer.Argument(metavar="SPEC", help="Path of a spec, name of a shipped one, or an ONNX file of ours.")
    ],
    settings: Settings = [],  # noqa: B006 - Typer copies it
    origin: Annotated[bool, typer.Option("--origin", help="Say behind each line which file and line set it.")] = False,
) -> None:
    """Print a spec with all that it extends, overrides and uses: one YAML text that needs nothing else."""
    from resnet_spec.cli.compile_any import compile_any
    from resnet_spec.render.resolved import print_resolved

    print_resolved(compile_any(spec, settings), origin=origin)
