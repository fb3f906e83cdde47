"""Compiled specs -> the list that `zoo` prints."""

from __future__ import annotations

from typing import Any

from resnet_spec.compile import Compiled
from resnet_spec.render.columns import print_columns


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
    header = ("name", "input", "classes", "trainable params", "MACs", "description")
    rows = [
        [
            entry["name"],
            " x ".join(map(str, entry["input"])),
            *(f"{entry[key]:,}" for key in ("classes", "trainable_params", "macs")),
            entry["description"] or "",
        ]
        for entry in entries
    ]
    print_columns(header, rows, right=header[2:5])
