"""`compare`: several runs side by side."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import Json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("compare", epilog="Example: resnet-spec compare runs/resnet20 runs/resnet20-2 -o compare.html")(compare)


def compare(
    runs: Annotated[list[Path], typer.Argument(metavar="RUN...", help="Run directories, two or more.")],
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="FILE", help="Write a page with the curves, as HTML.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Show runs in one table, their curves over each other, and how their specs differ. Without TensorFlow."""
    from resnet_spec.render.comparison import comparison_facts, print_comparison
    from resnet_spec.render.console import err, print_json
    from resnet_spec.report.render_comparison import render_comparison
    from resnet_spec.workflow.compare_runs import compare_runs
    from resnet_spec.write_atomically import write_atomically

    distinct = list({os.path.realpath(run): run for run in runs}.values())
    if len(distinct) < 2:
        raise typer.BadParameter("give two different runs or more", param_hint="RUN...")
    compared = compare_runs(distinct)
    if output is not None:
        write_atomically(output, render_comparison(compared).encode())
    if as_json:
        print_json(comparison_facts(compared))
    else:
        print_comparison(compared)
    if output is not None:
        err().print(f"page: {output}", soft_wrap=True)
