"""`schema`: the language as JSON Schema, for editors."""

from __future__ import annotations

import typer


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("schema", epilog="Example: resnet-spec schema > resnet-spec.schema.json")(schema)


def schema() -> None:
    """Print the JSON Schema of the language; editors complete, explain and check specs with it."""
    from resnet_spec.render.console import print_text
    from resnet_spec.render.schema import schema_text

    print_text(schema_text())
