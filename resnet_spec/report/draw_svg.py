"""A drawing -> SVG that can stand inside an HTML page, beside others.

Enters: a function that paints a matplotlib figure. Leaves: one `<svg>` element. No prolog, no dates, no fonts, no style
sheet of its own; ids that no other plot uses; colours of the page. What the plots show does not belong here.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from resnet_spec.report.make_visible import make_visible
from resnet_spec.report.palette import INK, MUTED, ON_THE_PAGE, RULE

if TYPE_CHECKING:
    from matplotlib.figure import Figure

_STYLE: dict[str, object] = {
    "svg.fonttype": "none",  # text stays text: small, searchable, in the page's font, in any script
    "font.size": 9,
    "text.color": INK,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": RULE,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlesize": 10,
    "axes.titlelocation": "left",
    "axes.titlecolor": INK,
    "axes.axisbelow": True,
    "axes.grid": True,
    "axes.grid.axis": "y",
    "grid.color": RULE,
    "grid.linewidth": 0.5,
    "xtick.color": RULE,
    "ytick.color": RULE,
    "xtick.labelcolor": MUTED,
    "ytick.labelcolor": MUTED,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
    "lines.markersize": 3.5,
    "savefig.transparent": True,
}
_REFERENCE = re.compile(r"url\(#([^)]+)\)")
_FONT = re.compile(r"font-family:[^;]*(;\s*|$)")


def draw_svg(name: str, label: str, size: tuple[float, float], paint: Callable[[Figure], None]) -> str:
    """Draw a figure of `size` inches and give it as inline SVG.

    `name` begins every id in it, so no two plots of a page may share it; `label` says in words what the plot shows.
    """
    from matplotlib import style
    from matplotlib.figure import Figure

    buffer = io.StringIO()
    with style.context(["default", {**_STYLE, "svg.hashsalt": name}]), warnings.catch_warnings():
        # Glyphs are the browser's business: matplotlib only measures with its own font.
        warnings.filterwarnings("ignore", message="Glyph .* missing from")
        figure = Figure(figsize=size, layout="constrained")
        paint(figure)
        figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    root = ET.fromstring(buffer.getvalue())  # noqa: S314 - our own text of a moment ago
    return _inline(root, name, make_visible(label))


def _inline(root: ET.Element, name: str, label: str) -> str:
    for defs in root.findall("{*}defs"):
        for sheet in defs.findall("{*}style"):
            defs.remove(sheet)  # its selector is `*`, which would reach the whole page
    ids = _new_ids(root, name)
    for element in root.iter():
        element.tag = _local(element.tag)
        _rewrite(element, ids)
    view = root.get("viewBox", "")
    root.attrib.clear()
    root.attrib.update(
        {"xmlns": "http://www.w3.org/2000/svg", "viewBox": view, "class": "plot", "role": "img", "aria-label": label}
    )
    return ET.tostring(root, encoding="unicode")


def _new_ids(root: ET.Element, name: str) -> dict[str, str]:
    used: dict[str, None] = {}
    for element in root.iter():
        for key, value in element.attrib.items():
            if _local(key) == "href" and value.startswith("#"):
                used[value[1:]] = None
            used.update(dict.fromkeys(_REFERENCE.findall(value)))
    return {old: f"{name}-{number}" for number, old in enumerate(used, start=1)}


def _rewrite(element: ET.Element, ids: dict[str, str]) -> None:
    attributes = {_local(key): value for key, value in element.attrib.items()}
    element.attrib.clear()
    for key, value in attributes.items():
        if key == "id":
            if value in ids:
                element.set(key, ids[value])
        elif key == "href" and value.startswith("#"):
            element.set(key, f"#{ids[value[1:]]}")
        elif key == "style":
            element.set(key, _restyle(value))
        else:
            element.set(key, _REFERENCE.sub(lambda match: f"url(#{ids[match[1]]})", value))
    element.tail = None if element.tail is None or not element.tail.strip() else element.tail


def _restyle(text: str) -> str:
    text = _FONT.sub("", text)
    for stand_in, colour in ON_THE_PAGE.items():
        text = text.replace(stand_in, colour)
    return text


def _local(name: str) -> str:
    return name.rpartition("}")[2]
