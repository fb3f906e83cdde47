"""`zoo`: the shipped specs."""

from __future__ import annotations

import typer

from resnet_spec.cli.option import Json


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("zoo", epilog="Example: resnet-spec zoo --json")(zoo)


def zoo(as_json: Json = False) -> None:
    """List the shipped specs: parameters, MACs, input, source."""
    from resnet_spec.compile import compile_spec
    from resnet_spec.compile.find_spec import shipped_specs
    from resnet_spec.render.console import print_json
    from resnet_spec.render.zoo import print_zoo, zoo_entry

    entries = [zoo_entry(name, compile_spec(name)) for name in shipped_specs()]
    if as_json:
        print_json(entries)
    else:
        print_zoo(entries)
