"""The noun: a graph and its arrays, which are rewritten together."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from resnet_spec.ir import Graph

Array = NDArray[np.float32]


@dataclass(frozen=True, slots=True, eq=False)
class Folded:
    """A network whose layers were merged, so far as its numbers stay the same."""

    graph: Graph
    weights: Mapping[str, Array]
    """Arrays by path name; those of merged layers may be left over."""
