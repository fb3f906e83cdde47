"""Nodes of a network -> those that make an image the size of its input, by name.

Enters: nodes, in order, each with a name. Leaves: names; none for a file whose caller resizes. These nodes compute with
sizes and places, up to thousands, and with pixels: no smaller numbers will do.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from resnet_spec.deploy.interface import RESIZED

if TYPE_CHECKING:
    import onnx


def find_resizing(nodes: Sequence[onnx.NodeProto]) -> set[str]:
    """Name the node that gives the resized image, and all that it needs."""
    names: set[str] = set()
    needed = {RESIZED}
    for node in reversed(nodes):
        if needed.intersection(node.output):
            names.add(node.name)
            needed.update(node.input)
    return names
