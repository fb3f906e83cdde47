"""`predict`: classes of images, from the file that ships."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.onnx_of import onnx_of
from resnet_spec.cli.option import Json
from resnet_spec.diagnostic import Code, Diagnostic, InputError

STDIN = "-"
STDIN_DESCRIPTOR = 0
LONGEST_NAME = 1 << 18  # no system opens a longer one


def register(app: typer.Typer) -> None:
    """Add the command."""
    example = "Example: find photos -name '*.jpg' | resnet-spec predict model.onnx - --top 3 --csv > classes.csv"
    app.command("predict", epilog=example)(predict)


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="An ONNX file of ours, or a run directory.")],
    images: Annotated[
        list[str], typer.Argument(metavar="IMAGE...", help="Image files, folders of them, or `-`: a list on stdin.")
    ],
    top: Annotated[int, typer.Option("--top", min=1, metavar="K", help="How many classes to name.")] = 3,
    as_json: Json = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV, a line for each class of an image.")] = False,
    null: Annotated[
        bool, typer.Option("--null", "-0", help="Names on standard input end in NUL, as `find -print0` writes them.")
    ] = False,
) -> None:
    """Classify images with onnxruntime alone; one line each, most likely class first.

    A folder stands for the images in it and below it. All that cannot be read is named at the end, with exit code 3;
    the other images are classified all the same.
    """
    from resnet_spec.deploy.open_classifier import open_classifier
    from resnet_spec.deploy.predict import predict as classify
    from resnet_spec.render.console import is_read
    from resnet_spec.render.predictions import prediction_printer

    if as_json and as_csv:
        raise typer.BadParameter("choose one of --json and --csv")
    classifier = open_classifier(onnx_of(model))
    faults: list[Diagnostic] = []
    show = prediction_printer("json" if as_json else "csv" if as_csv else "text")
    for found in classify(classifier, _files(images, faults, null=null), top_k=top):
        if isinstance(found, Diagnostic):
            faults.append(found)
        else:
            show(found)
        if not is_read():
            break
    if faults:
        raise InputError(*faults)


def _files(images: list[str], faults: list[Diagnostic], *, null: bool) -> Iterator[str]:
    from resnet_spec.deploy.find_images import find_images

    for found in find_images(name for image in images for name in _names(image, faults, null=null)):
        if isinstance(found, Diagnostic):
            faults.append(found)
        else:
            yield found


def _names(image: str, faults: list[Diagnostic], *, null: bool) -> Iterator[str]:
    if image != STDIN:
        yield image
        return
    for line in _split_stdin(b"\0" if null else b"\n", faults):
        if name := line if null else line.removesuffix(b"\r"):
            yield os.fsdecode(name)


def _split_stdin(end: bytes, faults: list[Diagnostic]) -> Iterator[bytes]:
    rest = b""
    while block := os.read(STDIN_DESCRIPTOR, 1 << 16):
        if b"\0" in block and end != b"\0":
            message = "standard input is no list of paths, one a line: it has NUL bytes; no more of it is read"
            help = "give a picture by its path; `--null` is for lists that end every name in NUL"
            faults.append(Diagnostic(Code.INPUT_REFUSED, message, None, help))
            return
        *pieces, rest = (rest + block).split(end)
        yield from pieces
        if len(rest) > LONGEST_NAME:
            message = f"a name on standard input has more than {LONGEST_NAME:,} bytes; no more of them are read"
            help = "end every name with a newline, or with NUL for --null"
            faults.append(Diagnostic(Code.INPUT_REFUSED, message, None, help))
            return
    yield rest
