"""A whole number that stands in for one that is wrong or unknown, so that the rest of a network can be looked at."""

from __future__ import annotations

from resnet_spec.ir.shape import Shape


class Guess(int):
    """A stand-in: whatever is reckoned with it is a guess too, and people see a `?` where it stands."""

    def __str__(self) -> str:
        return "?"

    def __neg__(self) -> Guess:
        return Guess(-int(self))

    def __add__(self, other: int) -> Guess:
        return Guess(int(self) + int(other))

    def __sub__(self, other: int) -> Guess:
        return Guess(int(self) - int(other))

    def __rsub__(self, other: int) -> Guess:
        return Guess(int(other) - int(self))

    def __mul__(self, other: int) -> Guess:
        return Guess(int(self) * int(other))

    def __floordiv__(self, other: int) -> Guess:
        return Guess(int(self) // int(other))

    def __rfloordiv__(self, other: int) -> Guess:
        return Guess(int(other) // int(self))

    __radd__, __rmul__ = __add__, __mul__


def guessed(shape: Shape) -> bool:
    """Say whether a side of a shape is a guess."""
    return any(isinstance(side, Guess) for side in shape)


def all_guessed(shape: Shape) -> Shape:
    """Give a shape of as many sides, none of which is known."""
    return tuple(Guess(side) for side in shape)


def agreed(first: Shape, second: Shape) -> Shape:
    """Give the shape that two shapes must both be, as far as it is sure.

    Channels that are known of one are those of the other too; a side that is not known of both may be any, because it
    is too large a stride, somewhere before, that leaves a side unknown.

    >>> print(*agreed((8, Guess(3), Guess(5)), (8, 3, 6)))
    8 ? 6
    """
    *sides, channels = zip(first, second, strict=True)
    a, b = channels
    known = b if isinstance(a, Guess) or a == b else a if isinstance(b, Guess) else Guess(b)
    return (*(a if a == b and not isinstance(b, Guess) else Guess(b) for a, b in sides), known)


def may_agree(first: Shape, second: Shape) -> bool:
    """Say whether two shapes are one wherever both are known."""
    return len(first) == len(second) and all(
        a == b or isinstance(a, Guess) or isinstance(b, Guess) for a, b in zip(first, second, strict=True)
    )
