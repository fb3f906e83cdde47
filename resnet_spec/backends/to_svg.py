"""Outline of a network -> a drawing of it as SVG: parts from top to bottom, blocks with their shortcuts.

The file stands alone, and follows its reader into dark. Sizes are reckoned from the text, so that the same network is
always the same drawing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from resnet_spec.passes.outline import DOT, TIMES, Part, Unit

_STYLE = """
text { font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", Arial, sans-serif; fill: #191d22; }
.title { font-weight: 600; } .muted { fill: #59636e; }
.part { fill: #f4f6f8; stroke: #d9dee3; } .unit { fill: #ffffff; stroke: #b4bcc4; }
.line { fill: none; stroke: #59636e; stroke-width: 1.3; } .around { stroke: #0b5cad; } .tip { fill: #59636e; }
.short { fill: #0b5cad; }
@media (prefers-color-scheme: dark) {
  text { fill: #e6e9ec; } .muted { fill: #9ba6b1; }
  .part { fill: #1c2125; stroke: #333a41; } .unit { fill: #14171a; stroke: #4a535b; }
  .line { stroke: #9ba6b1; } .around { stroke: #6db3f8; } .tip { fill: #9ba6b1; } .short { fill: #6db3f8; }
}
"""
_WIDTH, _MARGIN, _LEFT, _ROW, _GAP, _TITLE = 600, 12, 28, 18, 22, 32
_BOX = 300
"""Width of what is on the main path."""
_MIDDLE = _LEFT + _BOX / 2
_AROUND = _LEFT + _BOX + 34
"""Where a shortcut runs down."""


def to_svg(name: str, parts: Sequence[Part]) -> str:
    """Draw the parts; `name` is the drawing's title."""
    drawing = _Drawing()
    for number, part in enumerate(parts):
        _draw_part(drawing, part, follows=number > 0)
    return drawing.text(name, f"{name}: {', then '.join(part.name for part in parts)}")


@dataclass(slots=True)
class _Drawing:
    """Elements so far, and how far down they reach."""

    frames: ET.Element = field(default_factory=lambda: ET.Element("g"))
    """What lies behind everything else."""
    body: ET.Element = field(default_factory=lambda: ET.Element("g"))
    y: float = _MARGIN

    def box(self, kind: str, x: float, y: float, width: float, height: float) -> None:
        size = {"x": x, "y": y, "width": width, "height": height, "rx": 6}
        layer = self.frames if kind == "part" else self.body
        ET.SubElement(layer, "rect", {"class": kind} | {key: f"{value:g}" for key, value in size.items()})

    def write(self, kind: str, x: float, y: float, text: str, anchor: str = "start") -> None:
        place = {"class": kind, "x": f"{x:g}", "y": f"{y:g}", "text-anchor": anchor}
        ET.SubElement(self.body, "text", place).text = text

    def line(self, kind: str, path: str) -> None:
        ET.SubElement(self.body, "path", {"class": kind, "d": path})

    def arrow(self, top: float, bottom: float) -> None:
        self.line("line", f"M{_MIDDLE:g} {top:g}V{bottom - 5:g}")
        self.line("tip", f"M{_MIDDLE - 4:g} {bottom - 6:g}h8l-4 6z")

    def text(self, name: str, says: str) -> str:
        height = self.y - _GAP + _MARGIN
        size = {"viewBox": f"0 0 {_WIDTH} {height:g}", "width": str(_WIDTH), "height": f"{height:g}"}
        root = ET.Element("svg", {"xmlns": "http://www.w3.org/2000/svg", **size, "role": "img", "aria-label": says})
        ET.SubElement(root, "title").text = name
        ET.SubElement(root, "style").text = _STYLE
        root.extend((self.frames, self.body))
        ET.indent(root)
        return ET.tostring(root, encoding="unicode") + "\n"


def _draw_part(drawing: _Drawing, part: Part, *, follows: bool) -> None:
    top = drawing.y
    drawing.write("title", _LEFT, top + 20, part.name)
    drawing.write("muted", _WIDTH - _LEFT, top + 20, _figures(part), anchor="end")
    drawing.y += _TITLE
    forks = part.units[0].shortcut is not None and not part.units[0].before
    if follows:
        above = top - _GAP - _MARGIN
        drawing.y += _GAP if forks else 0
        drawing.arrow(above, drawing.y)
    for number, unit in enumerate(part.units):
        if number:
            drawing.arrow(drawing.y, drawing.y + _GAP)
            drawing.y += _GAP
        _draw_unit(drawing, unit)
    drawing.y += _MARGIN
    drawing.box("part", _MARGIN, top, _WIDTH - 2 * _MARGIN, drawing.y - top)
    drawing.y += _GAP


def _figures(part: Part) -> str:
    counts = [f"{part.params:,} params" if part.params else "", f"{part.macs:,} MACs" if part.macs else ""]
    return f" {DOT} ".join([f" {TIMES} ".join(f"{size:,}" for size in part.output_shape), *filter(None, counts)])


def _draw_unit(drawing: _Drawing, unit: Unit) -> None:
    if unit.blocks:
        name = f"{unit.name}, {unit.blocks} alike" if unit.blocks > 1 else unit.name
        drawing.write("muted", _AROUND + 14, drawing.y + 13, name)
    fork = drawing.y - _GAP / 2
    if unit.before:
        fork = _draw_lines(drawing, unit.before) + _GAP / 2
        drawing.arrow(drawing.y, drawing.y + _GAP)
        drawing.y += _GAP
    _draw_lines(drawing, unit.path)
    if unit.shortcut is None:
        return
    drawing.arrow(drawing.y, drawing.y + _GAP)
    middle = (fork + drawing.y) / 2
    drawing.y += _GAP
    start = drawing.y
    _draw_lines(drawing, unit.after)
    end = (start + drawing.y) / 2
    drawing.line(
        "line around", f"M{_MIDDLE:g} {fork:g}H{_AROUND - 8:g}q8 0 8 8V{end - 8:g}q0 8 -8 8H{_LEFT + _BOX + 6:g}"
    )
    drawing.line("short", f"M{_LEFT + _BOX + 7:g} {end - 4:g}v8l-6 -4z")
    for row, line in enumerate(unit.shortcut or ("identity",)):
        drawing.write("short", _AROUND + 14, middle + 14 + row * _ROW, line)


def _draw_lines(drawing: _Drawing, lines: Sequence[str]) -> float:
    """Put lines into one box and give where it ends."""
    height = len(lines) * _ROW + 8
    drawing.box("unit", _LEFT, drawing.y, _BOX, height)
    for row, line in enumerate(lines):
        drawing.write("", _MIDDLE, drawing.y + 17 + row * _ROW, line, anchor="middle")
    drawing.y += height
    return drawing.y
