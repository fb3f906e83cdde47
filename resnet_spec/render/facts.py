"""A compiled spec -> what `check` and `show` say of it."""

from __future__ import annotations

from typing import Any

from rich.text import Text

from resnet_spec.compile import Compiled
from resnet_spec.passes.layer_table import Layer, layer_table
from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable


def facts(name: str, compiled: Compiled) -> dict[str, Any]:
    """Give the object that `check --json` and `show --format json` print."""
    cost = compiled.cost
    return {
        "spec": name,
        "ok": all(expectation.ok for expectation in compiled.expectations),
        "diagnostics": [],
        "params": {
            "total": cost.total_params,
            "trainable": cost.trainable_params,
            "non_trainable": cost.non_trainable_params,
        },
        "macs": cost.macs,
        "layers": [
            {
                "name": layer.name,
                "type": layer.type,
                "output_shape": list(layer.output_shape),
                "params": layer.params,
                "macs": layer.macs,
                "inputs": list(layer.inputs),
            }
            for layer in layer_table(compiled.graph)
        ],
    }


def print_summary(name: str, compiled: Compiled) -> None:
    """Print what a network is and costs, in a few lines."""
    cost, spec = compiled.cost, compiled.spec
    text = Text()
    text.append(printable(name), style="bold")
    text.append(": ok\n", style="green")
    rows = [
        ("input", _shape(spec.model.input.shape)),
        ("layers", f"{len(compiled.graph.nodes)}"),
        ("parameters", _params(compiled)),
        ("MACs", f"{cost.macs:,} an image ({_short(cost.macs)}; FLOPs are twice that)"),
    ]
    if compiled.expectations:
        what = ", ".join(f"{e.what} {e.expected:,}" for e in compiled.expectations)
        rows.append(("as published", f"{what} ({printable(spec.expect.source or 'no source given')})"))
    missing = [section for section in ("data", "train") if getattr(spec, section) is None]
    if missing:
        rows.append(("training", f"not yet: the spec has no {' and no '.join(f'`{section}`' for section in missing)}"))
    for label, value in rows:
        text.append(f"  {label:<14}", style="dim")
        text.append(f"{value}\n")
    text.rstrip()
    out().print(text, soft_wrap=True)


def print_layers(compiled: Compiled) -> None:
    """Print the layer table."""
    rows = [[*_cells(layer), ", ".join(layer.inputs)] for layer in layer_table(compiled.graph)]
    print_columns(_HEADER, rows, right=_HEADER[2:5])
    out().print(f"\nparameters: {_params(compiled)}\nMACs: {compiled.cost.macs:,} an image", soft_wrap=True)


def markdown_layers(compiled: Compiled) -> str:
    """Write the layer table as Markdown; path names hold nothing that Markdown would read."""
    rows = [f"| {' | '.join(_HEADER)} |", "|---|---|---:|---:|---:|---|"]
    rows += [f"| {' | '.join([*_cells(layer), ', '.join(layer.inputs)])} |" for layer in layer_table(compiled.graph)]
    return "\n".join([*rows, "", f"Parameters: {_params(compiled)}. MACs: {compiled.cost.macs:,} an image.", ""])


_HEADER = ("layer", "type", "output shape", "params", "MACs", "inputs")


def _cells(layer: Layer) -> list[str]:
    return [layer.name, layer.type, _shape(layer.output_shape), f"{layer.params:,}", f"{layer.macs:,}"]


def _params(compiled: Compiled) -> str:
    cost = compiled.cost
    return f"{cost.total_params:,} = {cost.trainable_params:,} trainable + {cost.non_trainable_params:,} not trainable"


def _shape(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))


def _short(count: int) -> str:
    for unit, size in (("G", 10**9), ("M", 10**6), ("k", 10**3)):
        if count >= size:
            return f"{count / size:.3g} {unit}"
    return str(count)
