"""Numbers as people read them; a figure that is missing is a dash, one that is not finite says so."""

from __future__ import annotations

import math
from collections.abc import Sequence

MISSING = "—"


def count(value: int | None) -> str:
    """Give a whole number with separators: `12,627,082`."""
    return MISSING if value is None else f"{value:,}"


def many(number: int, noun: str) -> str:
    """Give a number of things: `1 epoch`, `1,200 epochs`."""
    return f"{number:,} {noun}" + ("" if number == 1 else "s")


def compact(value: int) -> str:
    """Give three or four figures of a large number: `12.63 M`."""
    for size, letter in ((10**12, "T"), (10**9, "G"), (10**6, "M"), (10**3, "k")):
        if abs(value) >= size:
            return f"{value / size:.4g} {letter}"
    return str(value)


def decimal(value: float | None, digits: int = 4) -> str:
    """Give a number with so many digits after the point."""
    return _finite(value) or f"{value:,.{digits}f}"


def figures(value: float | None, digits: int = 4) -> str:
    """Give a number, large or small, with so many figures: `0.0009487`, `3.1e-06`."""
    return _finite(value) or f"{value:.{digits}g}"


def percent(value: float | None, digits: int = 2) -> str:
    """Give a share of 1 as `92.54%`."""
    return _finite(value) or f"{value:.{digits}%}"


def plain(value: float | str | None) -> str:
    """Give a value of any kind: counts with separators, other numbers with four digits, text as it is."""
    if isinstance(value, str):
        return value
    return count(value) if isinstance(value, int) else decimal(value)


def duration(seconds: float | None) -> str:
    """Give seconds as `1 h 13 min`, `2 min 5 s`, `4.2 s`."""
    if seconds is None or not math.isfinite(seconds):
        return _finite(seconds)
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:,} h {minutes} min" if hours else f"{minutes} min {rest} s"


def milliseconds(value: float | None) -> str:
    """Give a time with about three figures: `0.013`, `39.95`, `447`."""
    return MISSING if value is None else decimal(value, 3 if value < 1 else 2 if value < 100 else 0)


def file_size(size: int) -> str:
    """Give bytes as `48.2 MiB`."""
    for unit, letter in ((2**30, "GiB"), (2**20, "MiB"), (2**10, "KiB")):
        if size >= unit:
            return f"{size / unit:.1f} {letter}"
    return f"{size} bytes"


def shape(sizes: Sequence[int]) -> str:
    """Give a shape without its batch axis with times signs, `32 x 32 x 64`."""
    return " \N{MULTIPLICATION SIGN} ".join(f"{size:,}" for size in sizes) or "scalar"


def _finite(value: float | None) -> str:
    """Give what to say of a number that is none, or an empty string."""
    if value is None:
        return MISSING
    if math.isnan(value):
        return "NaN"
    return "" if math.isfinite(value) else ("∞" if value > 0 else "\N{MINUS SIGN}∞")
