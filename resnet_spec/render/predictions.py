"""Predictions, one at a time -> a line an image for people; JSON lines or CSV for programs."""

from __future__ import annotations

import csv
import io
import sys
from collections.abc import Callable
from typing import Literal

from rich.cells import cell_len

from resnet_spec.deploy.prediction import Prediction
from resnet_spec.render.console import out, print_json, print_text
from resnet_spec.render.printable import printable

Format = Literal["text", "json", "csv"]
Printer = Callable[[Prediction], None]
CSV_HEADER = ("file", "rank", "class", "probability")


def prediction_printer(form: Format) -> Printer:
    """Give what prints a prediction; for CSV, the line of column names is printed at once."""
    match form:
        case "text":
            return _text_printer()
        case "json":
            return _print_json
        case "csv":
            return _csv_printer()


def _text_printer() -> Printer:
    width = 0

    def print_line(prediction: Prediction) -> None:
        nonlocal width
        name = printable(prediction.file)
        width = max(width, cell_len(name))  # most lines are aligned, although they come one at a time
        classes = "  ".join(f"{printable(name)} {probability:.1%}" for name, probability in prediction.classes)
        out().print(f"{name}{' ' * (width - cell_len(name))}  {classes}", soft_wrap=True)

    return print_line


def _print_json(prediction: Prediction) -> None:
    classes = [{"class": name, "probability": probability} for name, probability in prediction.classes]
    print_json({"file": prediction.file, "classes": classes})


def _csv_printer() -> Printer:
    # A file name that is not UTF-8 is written back byte for byte; a terminal is not to obey it.
    shown: Callable[[str], str] = printable if sys.stdout.isatty() else str
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="surrogateescape")

    def print_lines(prediction: Prediction) -> None:
        file = shown(prediction.file)
        ranked = enumerate(prediction.classes, 1)
        print_text("".join(_csv_line((file, rank, shown(name), share)) for rank, (name, share) in ranked))

    print_text(_csv_line(CSV_HEADER))
    return print_lines


def _csv_line(values: tuple[object, ...]) -> str:
    # To a writer whose lines end in both, a carriage return and a newline are each a reason for quotes.
    stream = io.StringIO()
    csv.writer(stream, lineterminator="\r\n").writerow(values)
    return stream.getvalue().removesuffix("\r\n") + "\n"
