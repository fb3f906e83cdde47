"""`bench`: how fast the file that ships is on this machine."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.onnx_of import onnx_of
from resnet_spec.cli.option import Json, refuse_nan

MAX_BATCH = 1 << 16
MAX_SECONDS = 3600
THREADS_A_PROCESSOR = 4
"""More than one tells nothing but what too many cost, and thousands never end."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("bench", epilog="Example: resnet-spec bench model.onnx --batch 1 --batch 64 --threads 4")(bench)


def bench(
    model: Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="An ONNX file of ours, or a run directory.")],
    batches: Annotated[
        list[int],
        typer.Option("--batch", min=1, max=MAX_BATCH, metavar="N", help="Images a call; may be said several times."),
    ] = [1, 8, 32],  # noqa: B006 - Typer copies it
    threads: Annotated[
        list[int] | None,
        typer.Option("--threads", min=1, metavar="N", help="May be said several times. [1, and one a processor]"),
    ] = None,
    seconds: Annotated[
        float,
        typer.Option(
            "--seconds",
            min=0,
            max=MAX_SECONDS,
            callback=refuse_nan,
            metavar="S",
            help="How long each is timed; at least 5 calls.",
        ),
    ] = 1.0,
    as_json: Json = False,
) -> None:
    """Time an ONNX file with onnxruntime alone, beside the machine's own rate of float32 matrix products.

    Only figures of one sitting on a quiet machine can be compared.
    """
    from resnet_spec.deploy.bench import bench as measure
    from resnet_spec.deploy.bench import usable_processors
    from resnet_spec.deploy.read_network import read_network
    from resnet_spec.render.benchmark import print_benchmark
    from resnet_spec.render.console import print_json

    most = THREADS_A_PROCESSOR * usable_processors()
    if max(threads or [1]) > most:
        raise typer.BadParameter(f"at most {most}: {THREADS_A_PROCESSOR} a processor", param_hint="--threads")
    path = onnx_of(model)
    found = measure(read_network(path), batches=batches, threads=threads, seconds=seconds)
    if as_json:
        print_json({"model": str(path), **asdict(found)})
    else:
        print_benchmark(str(path), found)
