"""Nouns: what a .npz file declares of one array, before the array is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

MAX_HEADER_BYTES = 10_000


@dataclass(frozen=True, slots=True)
class NpzHeader:
    """What the header of one array says."""

    shape: tuple[int, ...]
    dtype: np.dtype[Any]
