"""Two documents' values -> what changed between them, by path.

Enters: plain values, `extends` and shipped blocks resolved. Leaves: changes, in the order of the documents. Defaults
are not looked at: a setting that is now said, but always was so, is a change of the spec.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, Literal

from resnet_spec.compile.write_inline import write_inline
from resnet_spec.diagnostic import Path

Kind = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One value that is not the same."""

    kind: Kind
    path: Path
    """In the new document; of what was removed, in the old one."""
    old: Any = None
    """None where it was added."""
    new: Any = None
    """None where it was removed."""


def compare_documents(old: Any, new: Any) -> tuple[Change, ...]:
    """Compare two values; mappings by key, lists by the longest runs that they share."""
    return tuple(_compare(old, new, ()))


def _compare(old: Any, new: Any, path: Path) -> Iterator[Change]:
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_mappings(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(old, new, path)
    elif isinstance(old, bool) != isinstance(new, bool) or old != new:
        yield Change("changed", path, old, new)


def _compare_mappings(old: dict[str, Any], new: dict[str, Any], path: Path) -> Iterator[Change]:
    for key, value in old.items():
        if key in new:
            yield from _compare(value, new[key], (*path, key))
        else:
            yield Change("removed", (*path, key), old=value)
    for key, value in new.items():
        if key not in old:
            yield Change("added", (*path, key), new=value)


def _compare_lists(old: list[Any], new: list[Any], path: Path) -> Iterator[Change]:
    # Written out, values can be hashed, and `1` is not `true`.
    before, after = ([write_inline(item) for item in items] for items in (old, new))
    matcher = SequenceMatcher(None, before, after, autojunk=False)
    for kind, start, end, to, until in matcher.get_opcodes():
        if kind == "equal":
            continue
        paired = min(end - start, until - to)
        for place in range(paired):
            yield from _compare(old[start + place], new[to + place], (*path, to + place))
        for place in range(start + paired, end):
            yield Change("removed", (*path, place), old=old[place])
        for place in range(to + paired, until):
            yield Change("added", (*path, place), new=new[place])
