"""Rows of text -> aligned lines; Rich's tables take longer to draw than a network takes to check."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len
from rich.text import Text

from resnet_spec.render.console import out


def print_columns(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
    """Print rows under a header, columns aligned; those named in `right` to the right."""
    widths = [max(map(cell_len, column)) for column in zip(header, *rows, strict=True)]
    lines = [_line(row, widths, [title in right for title in header]) for row in (header, *rows)]
    out().print(Text(lines[0], style="bold"), soft_wrap=True)
    out().print(Text("\n".join(lines[1:])), soft_wrap=True)


def _line(row: Sequence[str], widths: Sequence[int], right: Sequence[bool]) -> str:
    cells = []
    for cell, width, to_the_right in zip(row, widths, right, strict=True):
        space = " " * (width - cell_len(cell))
        cells.append(space + cell if to_the_right else cell + space)
    return "  ".join(cells).rstrip()
