"""The noun: which parts of a model stand in for what is wrong in the document."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from resnet_spec.diagnostic import Path


@dataclass(frozen=True, slots=True)
class StandIns:
    """Paths of what was put in, or left out, because the document is wrong there.

    Nothing may be held against them, nor what follows from them alone.
    """

    paths: frozenset[Path] = frozenset()
    keep_shape: frozenset[Path] = frozenset()
    """Those of `paths` that leave every shape as it would have been."""
    _above: frozenset[Path] = frozenset()
    _shaping: frozenset[Path] = frozenset()
    _above_shaping: frozenset[Path] = frozenset()

    @classmethod
    def of(cls, paths: frozenset[Path], keep_shape: frozenset[Path] = frozenset()) -> StandIns:
        """Give the stand-ins at some paths."""
        shaping = paths - keep_shape
        above, above_shaping = (
            frozenset(part for path in some for part in _upwards(path)) for some in (paths, shaping)
        )
        return cls(paths, keep_shape, above, shaping, above_shaping)

    def covers(self, path: Path) -> bool:
        """Say whether what stands at a path is a stand-in, or within one."""
        return bool(self.paths) and any(part in self.paths for part in _upwards(path))

    def touches(self, path: Path) -> bool:
        """Say whether a stand-in is at a path, below it or around it."""
        return path in self._above or self.covers(path)

    def hides_shape(self, path: Path) -> bool:
        """Say whether what stands at a path is unknown, and might make any shape."""
        return bool(self._shaping) and any(part in self._shaping for part in _upwards(path))

    def bends_shape(self, path: Path) -> bool:
        """Say whether a setting at or below a path is unknown that may change a shape."""
        return path in self._above_shaping


def _upwards(path: Path) -> Iterator[Path]:
    return (path[:depth] for depth in range(len(path) + 1))


NONE = StandIns()
