"""Compiled specs -> the list that `zoo` prints."""

from __future__ import annotations

from typing import Any

from rich.table import Table

from resnet_spec.compile import Compiled
from resnet_spec.render.console import out


def zoo_entry(name: str, compiled: Compiled) -> dict[str, Any]:
    """Give one row, as `zoo --json` prints it."""
    return {
        "name": name,
        "input": list(compiled.spec.model.input.shape),
        "classes": compiled.spec.model.classes,
        "trainable_params": compiled.cost.trainable_params,
        "total_params": compiled.cost.total_params,
        "macs": compiled.cost.macs,
        "description": compiled.spec.description,
        "source": compiled.spec.expect.source,
    }


def print_zoo(entries: list[dict[str, Any]]) -> None:
    """Print the list as a table."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("name", no_wrap=True)
    table.add_column("input", no_wrap=True)
    for title in ("classes", "trainable params", "MACs"):
        table.add_column(title, justify="right", no_wrap=True)
    table.add_column("description")
    for entry in entries:
        shape = " x ".join(map(str, entry["input"]))
        counts = [f"{entry[key]:,}" for key in ("classes", "trainable_params", "macs")]
        table.add_row(entry["name"], shape, *counts, entry["description"] or "")
    out().print(table)
