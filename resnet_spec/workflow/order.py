"""The noun: a training that was asked for."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.data.dataset import Dataset
from resnet_spec.train.past import Start
from resnet_spec.train.run_directory import RunDirectory


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be trained, where, and how it begins."""

    compiled: Compiled
    dataset: Dataset
    run: RunDirectory
    initial: Mapping[str, np.ndarray] | None = None
    """Weights to begin with, by path name; default: the spec's initializers."""
    resume: bool = False
    """Whether to go on from the newest checkpoint, where there is one."""
    start: Start | None = None
    """Where `initial` is from."""
