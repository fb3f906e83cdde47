"""The size of an image -> a size that a network for such images would take."""

from __future__ import annotations

_LARGEST_AS_IT_IS = 96
_SIDES = (224, 192, 160, 128, 96, 64, 48, 32)


def choose_input(shape: tuple[int, int, int]) -> tuple[int, int, int]:
    """Take small images as they are, and photographs as squares that fit into them.

    >>> choose_input((28, 28, 1)), choose_input((480, 640, 3))
    ((28, 28, 1), (224, 224, 3))
    """
    height, width, channels = shape
    if max(height, width) <= _LARGEST_AS_IT_IS:
        return shape
    shorter = min(height, width)
    side = next((side for side in _SIDES if side <= shorter), shorter)
    return side, side, channels
