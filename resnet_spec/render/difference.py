"""What changed between two specs, and what it does -> the text and the JSON of `diff`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from rich.text import Text

from resnet_spec.compile.compare_documents import Change
from resnet_spec.compile.write_inline import write_inline
from resnet_spec.diagnostic import Diagnostic
from resnet_spec.ir import Node, Shape
from resnet_spec.ir.shape import show
from resnet_spec.passes.compare_graphs import GraphChange, LayerChange, WeightsChange
from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable

MOST_LAYERS = 24
"""More layers than these are summed up by stage."""
MOST_WEIGHTS = 8
_WIDEST_VALUE = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """Two specs, by the names that they were given by, and what is not the same."""

    old: str
    new: str
    spec: tuple[Change, ...]
    graph: GraphChange


def difference_facts(found: Difference) -> dict[str, Any]:
    """Give the object that `diff --json` prints."""
    graph = found.graph
    pairs = {name: (getattr(graph.old_cost, name), getattr(graph.new_cost, name)) for name in _COUNTS}
    return {
        "old": found.old,
        "new": found.new,
        "ok": True,
        "diagnostics": [],
        "spec": [
            {"change": change.kind, "path": _path(change), "old": change.old, "new": change.new}
            for change in found.spec
        ],
        "cost": {name: {"old": old, "new": new} for name, (old, new) in pairs.items()},
        "layers": [
            {"name": layer.name, "what": list(layer.aspects), "old": _layer(layer.old), "new": _layer(layer.new)}
            for layer in graph.layers
        ],
        "weights": _weights(graph.weights) | {"fitting_share": _share(graph)},
    }


def no_difference_facts(old: str, new: str, diagnostics: Sequence[Diagnostic]) -> dict[str, Any]:
    """Give the object that `diff --json` prints where one of the specs is wrong."""
    faults = [diagnostic.to_dict() for diagnostic in diagnostics]
    found: dict[str, Any] = {"spec": [], "cost": None, "layers": [], "weights": None}
    return {"old": old, "new": new, "ok": False, "diagnostics": faults} | found


def print_difference(found: Difference) -> None:
    """Print what changed, and what it does to cost, layers and weights."""
    _title(f"{printable(found.old)} -> {printable(found.new)}")
    if not found.spec:
        out().print("the specs say the same", soft_wrap=True)
    for change in found.spec:
        out().print(_change(change), soft_wrap=True)
    if not found.graph.layers:
        out().print("\nthe networks are the same: layers, parameters, MACs and weights", soft_wrap=True)
        return
    _print_cost(found.graph)
    _print_layers(found.graph.layers)
    _print_weights(found)


_COUNTS = {"trainable_params": "trainable params", "total_params": "total params", "macs": "MACs an image"}


def _title(text: str) -> None:
    out().print(Text(text, style="bold"), soft_wrap=True)


def _change(change: Change) -> Text:
    sign, style = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}[change.kind]
    old, new = _value(change.old), _value(change.new)
    said = {"added": new, "removed": old, "changed": f"{old} -> {new}"}[change.kind]
    return Text(f"  {sign} {printable(_path(change))}: {said}", style=style)


def _value(value: Any) -> str:
    text = printable(write_inline(value))
    return text if len(text) <= _WIDEST_VALUE else text[: _WIDEST_VALUE - 3] + "..."


def _path(change: Change) -> str:
    text = ""
    for segment in change.path:
        text += f"[{segment}]" if isinstance(segment, int) else f".{segment}" if text else segment
    return text


def _print_cost(graph: GraphChange) -> None:
    rows = []
    for name, label in _COUNTS.items():
        old, new = getattr(graph.old_cost, name), getattr(graph.new_cost, name)
        share = f"{(new - old) / old:+.1%}" if old else ""
        rows.append((label, f"{old:,}", f"{new:,}", f"{new - old:+,}" if new != old else "same", share))
    out().print()
    print_columns(("cost", "old", "new", "change", ""), rows, right=("old", "new", "change", ""))


def _print_layers(layers: Sequence[LayerChange]) -> None:
    counts = [(sum(layer.aspects[0] == kind for layer in layers), kind) for kind in ("added", "removed")]
    changed = len(layers) - sum(count for count, _ in counts)
    told = ", ".join(f"{count:,} {kind}" for count, kind in [*counts, (changed, "changed")] if count)
    out().print()
    _title(f"layers: {told}")
    if len(layers) > MOST_LAYERS:
        _print_stages(layers)
        return
    rows = [(layer.name, ", ".join(layer.aspects).replace("_", " "), *_cells(layer)) for layer in layers]
    print_columns(("layer", "what", "output shape", "params"), rows)


def _cells(layer: LayerChange) -> tuple[str, str]:
    nodes = [node for node in (layer.old, layer.new) if node]
    shapes = dict.fromkeys(show(node.shape) for node in nodes)
    params = dict.fromkeys(f"{node.params:,}" for node in nodes)
    return " -> ".join(shapes), " -> ".join(params)


def _print_stages(layers: Sequence[LayerChange]) -> None:
    rows = []
    for stage in dict.fromkeys(_stage(layer.name) for layer in layers):
        members = [layer for layer in layers if _stage(layer.name) == stage]
        kinds = [layer.aspects[0] for layer in members]
        counts = (kinds.count("added"), kinds.count("removed"), sum("output_shape" in m.aspects for m in members))
        rows.append((stage, f"{len(members):,}", *(f"{count:,}" for count in counts), f"{_growth(members):+,}"))
    header = ("stage", "layers", "added", "removed", "other shape", "change of params")
    print_columns(header, rows, right=header[1:])
    out().print("(`--json` gives every layer)", soft_wrap=True)


def _growth(layers: Sequence[LayerChange]) -> int:
    return sum((layer.new.params if layer.new else 0) - (layer.old.params if layer.old else 0) for layer in layers)


def _stage(name: str) -> str:
    return name.partition(".")[0]


def _print_weights(found: Difference) -> None:
    weights = found.graph.weights
    arrays = len(weights.fitting) + len(weights.reshaped) + len(weights.fresh)
    out().print()
    _title(f"weights: {len(weights.fitting):,} of {arrays:,} arrays fit by name and shape")
    out().print(
        f"  {weights.fitting_params:,} of {found.graph.new_cost.total_params:,} parameters carry over "
        f"({_share(found.graph):.1%})",
        soft_wrap=True,
    )
    _list("other shape", [f"{name} {show(old)} -> {show(new)}" for name, (old, new) in weights.reshaped.items()])
    _list("only in the new", [f"{name} {show(shape)}" for name, shape in weights.fresh.items()])
    _list("only in the old", [f"{name} {show(shape)}" for name, shape in weights.dropped.items()])


def _list(label: str, names: Sequence[str]) -> None:
    if not names:
        return
    out().print(f"  {label}: {len(names):,}", soft_wrap=True)
    for name in names[:MOST_WEIGHTS]:
        out().print(f"    {name}", soft_wrap=True)
    if len(names) > MOST_WEIGHTS:
        out().print(f"    and {len(names) - MOST_WEIGHTS:,} more (`--json` gives all)", soft_wrap=True)


def _share(graph: GraphChange) -> float:
    total = graph.new_cost.total_params
    return graph.weights.fitting_params / total if total else 1.0


def _layer(node: Node | None) -> dict[str, Any] | None:
    if node is None:
        return None
    return {
        "type": node.op.type_name,
        "output_shape": list(node.shape),
        "params": node.params,
        "macs": node.macs,
        "inputs": list(node.inputs),
    }


def _weights(weights: WeightsChange) -> dict[str, Any]:
    def plain(shapes: dict[str, Shape]) -> dict[str, list[int]]:
        return {name: list(shape) for name, shape in shapes.items()}

    return {
        "fitting": plain(weights.fitting),
        "reshaped": {name: {"old": list(old), "new": list(new)} for name, (old, new) in weights.reshaped.items()},
        "only_old": plain(weights.dropped),
        "only_new": plain(weights.fresh),
        "fitting_params": weights.fitting_params,
    }
