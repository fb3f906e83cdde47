"""`check`: is the spec right, and what does the network cost? Without TensorFlow."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resnet_spec.cli.option import Json, Settings
from resnet_spec.diagnostic import Failure


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: resnet-spec check resnet50 my_net.yaml")(check)


def check(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC...", help="Paths, or names of shipped specs.")],
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Validate specs, infer shapes, count parameters and MACs, and hold them against `expect`."""
    codes = [_check_one(name, settings, as_json) for name in specs]
    raise typer.Exit(next((code for code in codes if code), 0))


def _check_one(name: str, settings: list[str], as_json: bool) -> int:
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import print_json
    from resnet_spec.render.diagnostics import print_diagnostics
    from resnet_spec.render.facts import facts, print_summary

    found: dict[str, Any] = {"spec": name, "ok": False, "params": None, "macs": None, "layers": []}
    try:
        compiled = compile_spec(name, settings)
        found = facts(name, compiled)
        hold_expectations(compiled)
    except Failure as failure:
        if as_json:
            print_json(found | {"diagnostics": [d.to_dict() for d in failure.diagnostics]})
        else:
            print_diagnostics(failure.diagnostics)
        return failure.exit_code
    if as_json:
        print_json(found)
    else:
        print_summary(name, compiled)
    return 0
