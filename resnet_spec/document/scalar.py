"""Plain scalars by YAML 1.2's core schema: `1e-4` is a number; `no`, `off`, `1:30` and dates are text."""

from __future__ import annotations

import math
import re

_NULL = {"", "~", "null", "Null", "NULL"}
_TRUE = {"true", "True", "TRUE"}
_FALSE = {"false", "False", "FALSE"}
_INTEGER = re.compile(r"[-+]?(0|[1-9][0-9]*(_[0-9]+)*)")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|(0|[1-9][0-9]*(_[0-9]+)*)(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_LEADING_ZERO = re.compile(r"[-+]?0[0-9_]+(\.[0-9]*)?([eE][-+]?[0-9]+)?")
_OTHER_BASE = re.compile(r"[-+]?0[xob][0-9a-fA-F_]+")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONGEST_NUMBER = 40


class ScalarFault(ValueError):
    """A plain scalar that nearly is a number: `args` are what is wrong and what to write instead."""


def resolve_scalar(text: str) -> str | int | float | bool | None:
    """Give the value of a plain (unquoted) scalar.

    >>> [resolve_scalar(text) for text in ("1e-4", "12_627_082", "no", "1:30", "true", "~")]
    [0.0001, 12627082, 'no', '1:30', True, None]

    Raises:
        ScalarFault: a leading zero, another base, a number that is not finite or too long.
    """
    if text in _NULL:
        return None
    if text in _TRUE or text in _FALSE:
        return text in _TRUE
    if _INTEGER.fullmatch(text):
        _refuse_long(text)
        return int(text)
    if _FLOAT.fullmatch(text):
        return _finite(text)
    _refuse_lookalike(text)
    return text


def _refuse_long(text: str) -> None:
    if len(text) > _LONGEST_NUMBER:
        raise ScalarFault(f"number of {len(text)} characters is out of range", "write it with an exponent, or shorter")


def _finite(text: str) -> float:
    _refuse_long(text)
    number = float(text)
    if not math.isfinite(number):
        raise ScalarFault(f"number `{text}` is out of range", "the largest number is about 1.8e308")
    return number


def _refuse_lookalike(text: str) -> None:
    if _LEADING_ZERO.fullmatch(text):
        digits = text.lstrip("+-").lstrip("0") or "0"
        raise ScalarFault(f"number `{text}` has a leading zero", f'write `{digits}`, or `"{text}"` for text')
    if _OTHER_BASE.fullmatch(text):
        raise ScalarFault(f"number `{text}` is not decimal", f'write it in decimal, or `"{text}"` for text')
    if _NOT_FINITE.fullmatch(text):
        raise ScalarFault(f"number `{text}` is not finite", f'write a finite number, or `"{text}"` for text')
