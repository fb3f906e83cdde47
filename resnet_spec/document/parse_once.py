"""Source -> Document, for texts that come again: the parents of a family of specs."""

from __future__ import annotations

from functools import lru_cache

from resnet_spec.diagnostic import Source
from resnet_spec.document.document import Document
from resnet_spec.document.parse import parse


def parse_once(source: Source) -> Document:
    """Read a document as `parse` does, or remember it where the same text under the same name was read before.

    Raises:
        SpecErrors: as `parse`; a text with faults is not remembered.
    """
    return _parsed(source.name, source.text)


@lru_cache(maxsize=64)
def _parsed(name: str, text: str) -> Document:
    return parse(Source(name, text))
