"""Shapes without the batch axis, the arithmetic of windows, and what a shape that cannot be raises."""

from __future__ import annotations

from typing import Literal

Shape = tuple[int, ...]
Padding = Literal["same", "valid"]


class ShapeFault(ValueError):
    """A layer cannot take its input.

    `message` says why, with the shapes; `guess` is the shape to go on with when looking for further faults, or None
    where nothing sensible can follow; `about` is the setting of the layer that is to blame, where one is.
    """

    def __init__(self, message: str, help: str = "", guess: Shape | None = None, about: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.help = help
        self.guess = guess
        self.about = about


def image(shape: Shape, what: str) -> tuple[int, int, int]:
    """Take a shape as height, width, channels.

    Raises:
        ShapeFault: it has another number of axes.
    """
    if len(shape) != 3:
        raise ShapeFault(f"{what} takes an image, but its input is {show(shape)}", "put it before `flatten`")
    return shape[0], shape[1], shape[2]


def windows(size: int, kernel: int, stride: int, padding: Padding, dilation: int = 1) -> int:
    """Count the places of a window along one axis, as Keras does; 0 where the window is larger than the input.

    >>> windows(224, 7, 2, "same"), windows(230, 7, 2, "valid")
    (112, 112)
    """
    if padding == "same":
        return -(-size // stride)
    return max(0, (size - ((kernel - 1) * dilation + 1)) // stride + 1)


def same_border(size: int, kernel: int, stride: int, dilation: int = 1) -> tuple[int, int]:
    """Count the places that padding `same` puts before and after one axis: TensorFlow's, the odd one after.

    >>> same_border(224, 7, 2), same_border(56, 3, 1)
    ((2, 3), (1, 1))
    """
    reach = (windows(size, kernel, stride, "same") - 1) * stride + (kernel - 1) * dilation + 1
    border = max(0, reach - size)
    return border // 2, border - border // 2


def show(shape: Shape) -> str:
    """Write a shape for people: `32 x 32 x 3`."""
    return " x ".join(str(side) for side in shape)
