"""Where downloads are kept."""

from __future__ import annotations

import os
from pathlib import Path


def cache_folder() -> Path:
    """Give the folder, which need not be there yet: `$XDG_CACHE_HOME/resnet-spec`, or below `~/.cache`."""
    base = os.environ.get("XDG_CACHE_HOME")
    return Path(base) / "resnet-spec" if base else Path.home() / ".cache" / "resnet-spec"
