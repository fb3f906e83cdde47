"""The noun: values as plain Python, and beside them where every key and value stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from resnet_spec.diagnostic import Path, Span


@dataclass(frozen=True, slots=True)
class Document:
    """A YAML document's value, with spans by path.

    `keys` holds the place of every mapping key, `values` of every value, `()` being the whole document.
    """

    value: Any
    keys: dict[Path, Span]
    values: dict[Path, Span]

    def locate(self, path: Path) -> Path:
        """Follow `path` as far as the document goes, passing over segments that are not in it.

        Pydantic puts the names of union members into its paths; the document does not have those.
        """
        here: Path = ()
        for segment in path:
            if (*here, segment) in self.values:
                here = (*here, segment)
        return here

    def span(self, path: Path) -> Span:
        """Give the place of the value at `path`, or of its nearest ancestor."""
        return self.values[self.locate(path)]

    def key_span(self, path: Path) -> Span:
        """Give the place of the key of `path`, or of the value where it has no key (an item of a list)."""
        found = self.locate(path)
        return self.keys.get(found) or self.values[found]

    def graft(self, path: Path, other: Document) -> Document:
        """Give a document in which the value at `path` is `other`; mappings on the way are made where missing."""
        keys = {p: s for p, s in self.keys.items() if p[: len(path)] != path or p == path}
        values = {p: s for p, s in self.values.items() if p[: len(path)] != path}
        for depth in range(1, len(path)):
            values.setdefault(path[:depth], other.values[()])
        keys |= {path + p: s for p, s in other.keys.items()}
        values |= {path + p: s for p, s in other.values.items()}
        keys.setdefault(path, other.values[()])
        return Document(_put(self.value, path, other.value), keys, values)

    def without(self, path: Path) -> Document:
        """Give a document that does not have the key of `path`, or anything below it."""
        if path not in self.values:
            return self
        cut = len(path)
        kept = {key: item for key, item in self.at(path[:-1]).value.items() if key != path[-1]}
        return Document(
            _put(self.value, path[:-1], kept),
            {p: s for p, s in self.keys.items() if p[:cut] != path},
            {p: s for p, s in self.values.items() if p[:cut] != path},
        )

    def at(self, path: Path) -> Document:
        """Give the part below `path` as a document of its own."""
        value = self.value
        for segment in path:
            value = value[segment]
        cut = len(path)
        return Document(
            value,
            {p[cut:]: s for p, s in self.keys.items() if p[:cut] == path and len(p) > cut},
            {p[cut:]: s for p, s in self.values.items() if p[:cut] == path},
        )


def _put(value: Any, path: Path, new: Any) -> Any:
    if not path:
        return new
    head, rest = path[0], path[1:]
    if isinstance(value, list) and isinstance(head, int):
        return [_put(item, rest, new) if index == head else item for index, item in enumerate(value)]
    base = value if isinstance(value, dict) else {}
    return {**base, head: _put(base.get(head), rest, new)}
