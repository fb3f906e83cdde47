"""A source -> its kind and its path, as a person reads them."""

from __future__ import annotations

from resnet_spec.spec.data import Digits, Source


def describe_source(source: Source) -> str:
    """Give `digits`, or `image_folder flowers.zip`."""
    path = None if isinstance(source, Digits) else source.path
    return f"{source.tag} {path}" if path else source.tag
