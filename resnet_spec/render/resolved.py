"""A compiled spec -> its resolved text, with the place that set each value where that is wanted."""

from __future__ import annotations

from resnet_spec.compile import Compiled
from resnet_spec.compile.annotate_origins import annotate_origins
from resnet_spec.diagnostic import Span
from resnet_spec.render.console import print_text
from resnet_spec.render.printable import printable


def print_resolved(compiled: Compiled, *, origin: bool) -> None:
    """Print the resolved spec as YAML."""
    print_text(annotate_origins(compiled.document, _name) if origin else compiled.text)


def _name(span: Span) -> str:
    source = span.source
    if source.shipped:
        kind = "block" if "/blocks/" in source.name else "spec"
        return printable(f"shipped {kind} {source.name.rpartition('/')[2].removesuffix('.yaml')}:{span.line}")
    return "--set" if source.name == "--set" else printable(f"{source.name}:{span.line}")
