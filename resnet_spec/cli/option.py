"""Arguments and options that several commands share."""

from __future__ import annotations

import math
from typing import Annotated

import typer

SpecName = Annotated[str, typer.Argument(metavar="SPEC", help="Path of a spec, or the name of a shipped one.")]
Settings = Annotated[
    list[str], typer.Option("--set", metavar="PATH=VALUE", help="Override a value, e.g. `train.epochs=5`.")
]
Json = Annotated[bool, typer.Option("--json", help="Print facts as JSON.")]
DataPath = Annotated[
    str | None,
    typer.Option("--data", metavar="PATH", help="Images to use instead of the spec's: a folder, .zip, .tar or .npz."),
]


def refuse_nan(value: float | None) -> float | None:
    """Refuse what passes every `min` and `max` in older versions of Typer."""
    if value is not None and math.isnan(value):
        raise typer.BadParameter("nan is not a number to compare with")
    return value
