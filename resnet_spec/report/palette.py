"""Colours of the plots: stand-ins that matplotlib draws with, and the page's own colours that replace them.

So one drawing follows the page into dark and into print. A colour outside of this file would not.
"""

from __future__ import annotations

INK = "#010101"
MUTED = "#020202"
RULE = "#030303"
ACCENT = "#040404"
SERIES = ("#050505", "#060606", "#070707", "#080808", "#090909", "#0a0a0a")
"""One a run, where several are compared; told apart without red and green alone, and numbered in the legend."""

ON_THE_PAGE = {
    INK: "currentColor",
    MUTED: "var(--muted, currentColor)",
    RULE: "var(--rule, #8886)",
    ACCENT: "var(--accent, #0b5cad)",
    **{colour: f"var(--series-{number}, currentColor)" for number, colour in enumerate(SERIES, start=1)},
}

SHADE = (31, 111, 235)
"""Red, green and blue of a shaded cell; its opacity says how much, so that it works on light and on dark."""
SHADE_LIMIT = 0.8
"""Opacity of the fullest cell: text in the page's ink stays readable on it, in light (5.4:1) and in dark (5.2:1)."""
