"""Facts -> the model summary as a fixed-width table, in the form that Keras prints."""

from __future__ import annotations

from resnet_spec.passes.layer_table import Layer
from resnet_spec.report.facts import Facts
from resnet_spec.report.make_visible import make_visible

_HEADER = ("Layer (type)", "Output Shape", "Param #", "Connected to")
_WIDTHS = (32, 21, 13, 32)
"""The least width of each column, in characters; a longer name widens its column, nothing is cut off."""

_Row = tuple[str, str, str, str]


def summarize_layers(facts: Facts) -> str:
    """Give the layer table and the totals under it; a layer with several inputs has a line for each."""
    layers = [_lines(layer) for layer in facts.layers]
    rows = [_HEADER, *(row for lines in layers for row in lines)]
    widths = [max(least, *(len(row[i]) + 1 for row in rows)) for i, least in enumerate(_WIDTHS)]
    thin, thick = "_" * sum(widths), "=" * sum(widths)
    body = f"\n{thin}\n".join("\n".join(_line(row, widths) for row in lines) for lines in layers)
    head = [f'Model: "{make_visible(facts.name, one_line=True)}"', thin, _line(_HEADER, widths), thick]
    totals = [
        f"Total params: {facts.total_params:,}",
        f"Trainable params: {facts.trainable_params:,}",
        f"Non-trainable params: {facts.non_trainable_params:,}",
    ]
    return "\n".join([*head, *([body] if body else []), thick, *totals, thin])


def _lines(layer: Layer) -> list[_Row]:
    name = f"{make_visible(layer.name, one_line=True)} ({make_visible(layer.type, one_line=True)})"
    shape = f"({', '.join(['None', *map(str, layer.output_shape)])})"
    first, *others = layer.inputs or ("",)
    top: _Row = (name, shape, str(layer.params), make_visible(first, one_line=True))
    return [top, *(("", "", "", make_visible(other, one_line=True)) for other in others)]


def _line(row: _Row, widths: list[int]) -> str:
    return "".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
