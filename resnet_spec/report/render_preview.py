"""A preview -> one page, with its pictures in it."""

from __future__ import annotations

import base64
from collections.abc import Mapping

from markupsafe import Markup

from resnet_spec.report.make_visible import make_visible
from resnet_spec.report.open_templates import open_templates
from resnet_spec.report.plot_schedule import plot_schedule
from resnet_spec.report.preview import Preview

SHOWN = 200
"""Duplicates and broken files that the page lists."""


def render_preview(preview: Preview, sheets: Mapping[str, bytes]) -> str:
    """Give the whole page.

    Args:
        preview: what is known.
        sheets: PNG files by what they show, in words.
    """
    template = open_templates(html=True, finalize=_finalize).get_template("preview.html.j2")
    return template.render(
        preview=preview,
        images=preview.images,
        plan=preview.plan,
        plot=Markup(plot_schedule(preview.plan)),  # noqa: S704 - `draw_svg` escapes what it writes
        sheets={words: base64.b64encode(content).decode("ascii") for words, content in sheets.items()},
        shown=SHOWN,
        most=max(row.train for row in preview.images.classes),
    )


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else make_visible(value)
