"""The size of the images -> a size that a network for such images would take."""

from __future__ import annotations

_LARGEST_AS_IT_IS = 96
_NEARLY_SQUARE = 1.15
_SIDES = (224, 192, 160, 128, 96, 64, 48, 32)


def choose_input(shape: tuple[int, int, int], *, alike: bool = True) -> tuple[int, int, int]:
    """Take small images as they are, and photographs as squares that fit into them.

    Args:
        shape: height, width and channels of the images, or of a typical one.
        alike: whether they all have that size; if not, they are nearly square, and are to be cut, a square is taken.

    >>> choose_input((28, 28, 1)), choose_input((480, 640, 3))
    ((28, 28, 1), (224, 224, 3))
    >>> choose_input((44, 45, 3)), choose_input((44, 45, 3), alike=False)
    ((44, 45, 3), (44, 44, 3))
    """
    height, width, channels = shape
    if not alike and max(height, width) <= _NEARLY_SQUARE * min(height, width):
        height = width = min(height, width)
    if max(height, width) <= _LARGEST_AS_IT_IS:
        return height, width, channels
    shorter = min(height, width)
    side = next((side for side in _SIDES if side <= shorter), shorter)
    return side, side, channels
