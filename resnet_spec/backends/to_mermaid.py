"""Outline of a network -> a Mermaid flowchart: a box a part, and in it a box a block.

Code hosts draw it where it stands in a fence of its language.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from resnet_spec.passes.outline import DOT, TIMES, Part, Unit


def to_mermaid(parts: Sequence[Part]) -> str:
    """Write the flowchart; names and words stand in quotes, with nothing in them that Mermaid would read."""
    lines = ["flowchart TB"]
    ends: list[str] = []
    for part in parts:
        lines.append(f'  subgraph {part.name} ["{_quoted(_title(part))}"]')
        for number, unit in enumerate(part.units, start=1):
            ends.append(f"{part.name}_{number}")
            lines.append(f'    {ends[-1]}["{"<br/>".join(_quoted(line) for line in _says(unit))}"]')
        lines.append("  end")
    lines.append(f"  {' --> '.join(ends)}")
    return "\n".join([*lines, ""])


def _title(part: Part) -> str:
    return f"{part.name}: {f' {TIMES} '.join(map(str, part.output_shape))}"


def _says(unit: Unit) -> Iterator[str]:
    if unit.blocks > 1:
        yield f"{unit.name}, {unit.blocks} alike"
    elif unit.blocks:
        yield unit.name
    yield from unit.before
    yield from unit.path
    if unit.shortcut is not None:
        yield f"shortcut: {', then '.join(unit.shortcut) or 'identity'}"
    yield from unit.after


def _quoted(text: str) -> str:
    """Write everything but letters, digits and the plainest signs as an entity, in Mermaid's own way."""
    return "".join(c if c.isalnum() or c in f" .,:-_{TIMES}{DOT}" else f"#{ord(c)};" for c in text)
