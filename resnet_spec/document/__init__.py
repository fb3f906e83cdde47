"""YAML text -> plain values, with a span for every key and every value.

Enters: text. Leaves: a `Document`. No Pydantic, no meaning: this room does not know what a stage is.
"""

from resnet_spec.document.document import Document
from resnet_spec.document.extend import extend
from resnet_spec.document.override import override
from resnet_spec.document.parse import parse
from resnet_spec.document.parse_once import parse_once
from resnet_spec.document.read_source import read_source

__all__ = ["Document", "extend", "override", "parse", "parse_once", "read_source"]
