"""A path where nothing is -> a hint at what beside it may have been meant."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import did_you_mean


def find_neighbour(path: Path) -> str:
    """Give ``did you mean `name`?`` for the nearest name in the same folder, or an empty string."""
    try:
        return did_you_mean(path.name, sorted(sibling.name for sibling in path.parent.iterdir()))
    except (OSError, ValueError):
        return ""
