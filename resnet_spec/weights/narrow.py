"""Floating-point numbers of any width -> float32, which the network is trained and compared in."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def narrow(array: NDArray[Any]) -> NDArray[np.float32]:
    """Give the values as float32; one that is too large for it becomes infinite, which `import_run` refuses by name."""
    with np.errstate(over="ignore"):
        return np.ascontiguousarray(array, dtype=np.float32)
