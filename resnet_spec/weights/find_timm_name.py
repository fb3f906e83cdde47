"""Modules of a PyTorch file -> a name in it that timm gives and torchvision does not.

The plain ResNets of both have the same names (timm's were torchvision's), so that a file of those is either's.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from resnet_spec.weights.peer import Module

_TIMM_ALONE = re.compile(
    r"conv1\.\d+"  # a stem of several convolutions
    r"|layer\d+\.\d+\.downsample\.2"  # a shortcut that pools first
    r"|layer\d+\.\d+\.(se|eca|attn)(\..*)?"
    r"|stages\.\d+\.blocks\..*"
    r"|stem\..*|head\.fc"
)


def find_timm_name(modules: Sequence[Module]) -> str:
    """Give the first such name, or an empty string."""
    return next((module.name for module in modules if _TIMM_ALONE.fullmatch(module.name)), "")
