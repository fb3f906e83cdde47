"""The templates of this room, with the filters that they write numbers with.

A name that a template misspells is an error, never an empty place.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from resnet_spec.report import quantity

if TYPE_CHECKING:
    from jinja2 import Environment

_FILTERS = (
    quantity.count,
    quantity.many,
    quantity.compact,
    quantity.decimal,
    quantity.figures,
    quantity.percent,
    quantity.plain,
    quantity.duration,
    quantity.milliseconds,
    quantity.file_size,
    quantity.shape,
)


def open_templates(*, html: bool, finalize: Callable[[object], object]) -> Environment:
    """Open `templates/`; `finalize` sees every value before it is written, and before HTML escapes it."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("resnet_spec.report"),
        autoescape=html,  # noqa: S701 - Markdown is escaped by its `finalize`; HTML entities would garble it
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update({function.__name__: function for function in _FILTERS})
    return environment
