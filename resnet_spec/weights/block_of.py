"""A module's name -> the residual block that it belongs to."""

from __future__ import annotations

import re

_BLOCKS = (
    re.compile(r"layer(\d+)\.(\d+)\.(.*)"),
    re.compile(r"stages\.(\d+)\.blocks\.(\d+)\.(.*)"),
    re.compile(r"conv(\d+)_block(\d+)_(.*)"),
)


def block_of(name: str) -> tuple[int, int, str] | None:
    """Give stage, block and the rest of the name, or None where it tells of none.

    >>> block_of("layer2.0.downsample.1"), block_of("conv2_block1_0_bn"), block_of("fc")
    ((2, 0, 'downsample.1'), (2, 1, '0_bn'), None)
    """
    match = next((match for pattern in _BLOCKS if (match := pattern.match(name))), None)
    return (int(match[1]), int(match[2]), match[3]) if match else None
