"""`preview`: what a training would look like, before it begins."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.option import DataPath, Json, Settings, SpecName


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("preview", epilog="Example: resnet-spec preview resnet20 --data cifar10.zip -o look")(preview)


def preview(
    spec: SpecName,
    data: DataPath = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", metavar="DIR", help="Where to write [previews/<name>].")
    ] = None,
    settings: Settings = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Show what the network would see, the learning rate, class balance, broken and double images, and memory.

    Nothing is trained. Writes preview.html, batch.png and epochs.png, in the place of those of an earlier look.
    """
    from resnet_spec.cli.load_data import with_data
    from resnet_spec.compile import compile_spec
    from resnet_spec.diagnostic import InputError
    from resnet_spec.render.console import err, print_json
    from resnet_spec.render.preview import print_preview
    from resnet_spec.train.prepare_backend import prepare_backend
    from resnet_spec.workflow.find_broken import find_broken
    from resnet_spec.workflow.preview_spec import preview_spec
    from resnet_spec.workflow.sections import sections
    from resnet_spec.workflow.write_preview import write_preview

    compiled = compile_spec(spec, settings, own_images=data is None)
    sections(compiled)
    compiled = with_data(compiled, data)
    prepare_backend()
    err().print("looking at the images", soft_wrap=True)
    found, sheets = preview_spec(compiled, _command(spec, data, settings))
    files = write_preview(found, sheets, output)
    if as_json:
        print_json({**asdict(found), "files": [str(path) for path in files]})
    else:
        print_preview(found, files)
    if broken := find_broken(found.images):
        raise InputError(*broken)


def _command(spec: str, data: str | None, settings: list[str]) -> str:
    from shlex import join

    options = [*(["--data", data] if data else []), *(word for each in settings for word in ("--set", each))]
    return join(["resnet-spec", "preview", spec, *options])
