"""Sizes that depend on a block's parameters: `filters`, `4 * filters`, `filters * width`, `channels / 16`.

A product of names and numbers, no more: what a size of a residual network needs, and nothing to evaluate code with.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Annotated, Any

from pydantic import GetPydanticSchema, PlainSerializer
from pydantic_core import PydanticCustomError, core_schema

from resnet_spec.spec.field import MAX_REACH

_LONGEST = 100
MAX_SIZE = 1_000_000
"""Channels, blocks, pixels of a step: no network needs more."""

_TOKEN = re.compile(r"\s*(?:(?P<number>\d+(?:\.\d+)?)|(?P<name>[a-z_][a-z0-9_]*)|(?P<operator>[*/]))\s*")


@dataclass(frozen=True, slots=True)
class Expression:
    """A product `a * b / c` of names and numbers, as it was written in `text`."""

    text: str
    factors: tuple[str | Fraction, ...]
    divisors: tuple[str | Fraction, ...]

    @classmethod
    def of(cls, number: int) -> Expression:
        """Give the expression that is just a number."""
        return cls(str(number), (Fraction(number),), ())

    @property
    def names(self) -> frozenset[str]:
        """The parameters that it refers to."""
        return frozenset(part for part in self.factors + self.divisors if isinstance(part, str))

    def evaluate(self, values: Mapping[str, int | float | Fraction]) -> Fraction:
        """Give its value, exactly.

        Raises:
            KeyError: a name has no value.
            ZeroDivisionError: a divisor is zero.
        """
        result = Fraction(1)
        for part in self.factors:
            result *= _number(part, values)
        for part in self.divisors:
            result /= _number(part, values)
        return result


def parse_expression(text: str) -> Expression:
    """Read a product of names and numbers.

    >>> sorted(parse_expression("4 * filters").names)
    ['filters']
    >>> int(parse_expression("channels / 16").evaluate({"channels": 64}))
    4

    Raises:
        ValueError: the text is something else.
    """
    parts: dict[str, list[str | Fraction]] = {"*": [], "/": []}
    operator: str | None = "*"
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or (match["operator"] is None) == (operator is None):
            raise ValueError(text)
        position = match.end()
        if match["operator"]:
            operator = match["operator"]
            continue
        assert operator is not None
        parts[operator].append(match["name"] or Fraction(match["number"]))
        operator = None
    if operator is not None:
        raise ValueError(text)
    return Expression(text, tuple(parts["*"]), tuple(parts["/"]))


def sizes_in(value: Any) -> tuple[Expression, ...]:
    """Give the sizes that the value of a field is or holds: one, a pair of them, or none."""
    if isinstance(value, Expression):
        return (value,)
    return tuple(part for part in value if isinstance(part, Expression)) if isinstance(value, tuple) else ()


def _number(part: str | Fraction, values: Mapping[str, int | float | Fraction]) -> Fraction:
    return Fraction(values[part]).limit_denominator(10**6) if isinstance(part, str) else part


def _read(value: Any) -> Expression:
    if isinstance(value, Expression):
        return value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise PydanticCustomError("size_type", "expected a number, or a product such as `4 * filters`")
    text = str(value)
    if len(text) > _LONGEST:
        raise PydanticCustomError("size_length", "expected a size of at most {most} characters", {"most": _LONGEST})
    try:
        return parse_expression(text)
    except ValueError:
        raise PydanticCustomError(
            "size_syntax", "expected a number, or a product or quotient such as `4 * filters` or `channels / 16`"
        ) from None


def _read_whole(value: Any) -> Expression:
    expression = _read(value)
    number = _plain(expression)
    if number is not None and not (number.denominator == 1 and 1 <= number <= MAX_SIZE):
        most = {"most": f"{MAX_SIZE:,}"}
        raise PydanticCustomError("size_value", "expected a whole number from 1 to {most}", most)
    return expression


def _read_extent(value: Any) -> Expression:
    expression = _read_whole(value)
    number = _plain(expression)
    if number is not None and number > MAX_REACH:
        raise PydanticCustomError("size_value", "expected a whole number from 1 to {most}", {"most": f"{MAX_REACH:,}"})
    return expression


def _read_pair(value: Any) -> tuple[Expression, ...]:
    sides = value if isinstance(value, list | tuple) else (value, value)
    if len(sides) == 2:
        try:
            return tuple(_read_extent(side) for side in sides)
        except PydanticCustomError:
            pass
    what = "a whole number from 1 to {most}, a size such as `kernel`, or two of them: [height, width]"
    raise PydanticCustomError("pair", f"expected {what}", {"most": f"{MAX_REACH:,}"})


def _read_share(value: Any) -> Expression:
    expression = _read(value)
    number = _plain(expression)
    if number is not None and number >= 1:
        raise PydanticCustomError("share_value", "expected a number of at least 0 and below 1")
    return expression


def _plain(expression: Expression) -> Fraction | None:
    """Give the number that an expression just is; products are evaluated where they are used."""
    (number, *more) = expression.factors
    return None if more or expression.divisors or isinstance(number, str) else number


Share = Annotated[
    Expression,
    GetPydanticSchema(lambda _source, _handler: core_schema.no_info_plain_validator_function(_read_share)),
    PlainSerializer(lambda value: value.text),
]
"""A number of at least 0 and below 1, or a product that comes to one where it is used."""

Size = Annotated[
    Expression,
    GetPydanticSchema(lambda _source, _handler: core_schema.no_info_plain_validator_function(_read_whole)),
    PlainSerializer(lambda value: value.text),
]
"""A whole number, or a product of numbers and parameters; evaluated when the block is used."""

Extent = Annotated[
    Expression,
    GetPydanticSchema(lambda _source, _handler: core_schema.no_info_plain_validator_function(_read_extent)),
    PlainSerializer(lambda value: value.text),
]
"""A size of at most `MAX_REACH`: pixels that a window spans."""

Pair = Annotated[
    tuple[Expression, Expression],
    GetPydanticSchema(lambda _source, _handler: core_schema.no_info_plain_validator_function(_read_pair)),
    PlainSerializer(lambda value: [side.text for side in value]),
]
"""Height and width of a window: `3` is short for `[3, 3]`."""
