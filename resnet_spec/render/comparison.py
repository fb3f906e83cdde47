"""Several runs -> the table, the overlaid curves and the JSON of `compare`."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import asdict
from string import ascii_uppercase
from typing import Any

from rich.text import Text

from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable
from resnet_spec.report.compare_figures import compare_figures
from resnet_spec.report.comparison import ComparedRun
from resnet_spec.report.quantity import compact, count, decimal, percent

_WIDTH, _HEIGHT = 64, 12
_HEADER = ("", "run", "test acc.", "val. acc.", "val. loss", "ECE", "epochs", "best", "s", "images/s", "params", "MACs")


def comparison_facts(runs: Sequence[ComparedRun]) -> dict[str, Any]:
    """Give the object that `compare --json` prints."""
    return {
        "runs": [
            {
                "run": run.label,
                **compare_figures(run.facts),
                "spec_sha256": run.facts.spec_sha256,
                "changes": list(run.changes),
                "history": [asdict(epoch) for epoch in run.facts.run.epochs] if run.facts.run else [],
            }
            for run in runs
        ]
    }


def print_comparison(runs: Sequence[ComparedRun]) -> None:
    """Print one table, the curves of validation accuracy over each other, and how the specs differ."""
    print_columns(_HEADER, [_row(letter(place), run) for place, run in enumerate(runs)], right=_HEADER[2:])
    series = [_accuracies(run) for run in runs]
    if any(series):
        out().print(Text("\nvalidation accuracy by epoch", style="bold"), soft_wrap=True)
        out().print(Text("\n".join(draw_curves(series))), soft_wrap=True)
    for place, run in enumerate(runs[1:], start=1):
        out().print(Text(f"\n{letter(place)} differs from A in:", style="bold"), soft_wrap=True)
        said = run.changes or ("nothing",)
        out().print(Text("\n".join(f"  {printable(line)}" for line in said)), soft_wrap=True)


def letter(place: int) -> str:
    """Give what stands for a run: `A` for the first; after `Z` comes `A` again."""
    return ascii_uppercase[place % len(ascii_uppercase)]


def draw_curves(series: Sequence[Sequence[float]], width: int = _WIDTH, height: int = _HEIGHT) -> list[str]:
    """Draw values, one an epoch, as letters on a grid; where curves meet, the first one shows."""
    finite = [value for values in series for value in values if math.isfinite(value)]
    if not finite:
        return ["no finite value"]
    low, high, longest = min(finite), max(finite), max(map(len, series))
    columns = min(width, max(longest, 2) * 4)
    grid = [[" "] * columns for _ in range(height)]
    for place, values in reversed(list(enumerate(series))):
        for index, value in enumerate(values):
            if math.isfinite(value):
                row = round((high - value) / (high - low) * (height - 1)) if high > low else 0
                column = round(index / (longest - 1) * (columns - 1)) if longest > 1 else 0
                grid[row][column] = letter(place)
    marks = {0: percent(high, 1), height - 1: percent(low, 1)}
    lines = [f"{marks.get(row, ''):>7} |{''.join(cells).rstrip()}" for row, cells in enumerate(grid)]
    return [*lines, f"{'':>7} +{'-' * columns}", f"{'':>7}  1{longest:>{columns - 1}}"]


def _row(name: str, run: ComparedRun) -> list[str]:
    found: dict[str, Any] = compare_figures(run.facts)
    return [
        name,
        printable(run.label),
        percent(found["test_accuracy"]),
        percent(found["val_accuracy"]),
        decimal(found["val_loss"]),
        percent(found["calibration_error"]),
        count(found["epochs"]),
        count(found["best_epoch"]),
        decimal(found["seconds"], 1),
        decimal(found["training_images_per_second"], 0),
        compact(found["trainable_params"]),
        compact(found["macs"]),
    ]


def _accuracies(run: ComparedRun) -> list[float]:
    epochs = run.facts.run.epochs if run.facts.run else ()
    return [math.nan if epoch.val_accuracy is None else epoch.val_accuracy for epoch in epochs]
