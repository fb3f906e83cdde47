"""A network that was read and let in, but not loaded.

Enters: nothing. Leaves: the noun. It is made by `read_network`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from resnet_spec.deploy.description import Description


@dataclass(frozen=True, slots=True)
class Network:
    """The bytes of a shipped file, and what it says about itself."""

    name: str
    """What diagnostics call it: the path as given."""
    content: bytes = field(repr=False)
    """The whole file."""
    description: Description
    """Class names, input size, spec."""
