"""`doctor`: the environment in a few lines."""

from __future__ import annotations

import typer

from resnet_spec.cli.option import Json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("doctor", epilog="Example: resnet-spec doctor --json")(doctor)


def doctor(as_json: Json = False) -> None:
    """Say what the program runs on: versions, what each extra lacks, processor, devices, cache. Loads no framework."""
    from dataclasses import asdict

    from resnet_spec.render.console import print_json
    from resnet_spec.render.examination import print_examination
    from resnet_spec.workflow.examine_environment import examine_environment

    found = examine_environment()
    if as_json:
        print_json(asdict(found))
    else:
        print_examination(found)
