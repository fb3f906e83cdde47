"""`check`: is the spec right, and what does the network cost? Without TensorFlow."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from resnet_spec.cli.option import Json, Settings
from resnet_spec.diagnostic import Diagnostic, Failure


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("check", epilog="Example: resnet-spec check resnet50 my_net.yaml")(check)


def check(
    specs: Annotated[list[str], typer.Argument(metavar="SPEC...", help="Paths, or names of shipped specs.")],
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
    as_sarif: Annotated[bool, typer.Option("--sarif", help="Print faults as SARIF 2.1.0, for code hosts.")] = False,
) -> None:
    """Validate specs, infer shapes, count parameters and MACs, and hold them against `expect`."""
    if as_json and as_sarif:
        raise typer.BadParameter("give `--json` or `--sarif`, not both", param_hint="--sarif")
    codes: list[int] = []
    found: list[tuple[str, Diagnostic]] = []
    for name in specs:
        code, diagnostics = _check(name, settings, as_json=as_json, quiet=as_sarif)
        codes.append(code)
        found += [(name, diagnostic) for diagnostic in diagnostics]
    worst = next((code for code in codes if code), 0)
    if as_sarif:
        from resnet_spec.compile.point_at_user import point_at_user
        from resnet_spec.render.console import print_json
        from resnet_spec.render.sarif import sarif

        print_json(sarif([(name, point_at_user(name, diagnostic)) for name, diagnostic in found], worst))
    raise typer.Exit(worst)


def check_one(name: str, settings: list[str], as_json: bool) -> int:
    """Check one spec, print what was found, and give the exit code."""
    return _check(name, settings, as_json=as_json, quiet=False)[0]


def _check(name: str, settings: list[str], *, as_json: bool, quiet: bool) -> tuple[int, tuple[Diagnostic, ...]]:
    from resnet_spec.compile import compile_spec, hold_expectations
    from resnet_spec.render.console import print_json
    from resnet_spec.render.diagnostics import print_diagnostics
    from resnet_spec.render.facts import facts, print_summary

    found: dict[str, Any] = {"spec": name, "ok": False, "params": None, "macs": None, "layers": []}
    try:
        compiled = compile_spec(name, settings, own_images=True)
        found = facts(name, compiled) if as_json else found
        hold_expectations(compiled)
    except Failure as failure:
        if as_json:
            print_json(found | {"diagnostics": [d.to_dict() for d in failure.diagnostics]})
        elif not quiet:
            print_diagnostics(failure.diagnostics)
        return failure.exit_code, failure.diagnostics
    if as_json:
        print_json(found)
    elif not quiet:
        print_summary(name, compiled)
    return 0, ()
