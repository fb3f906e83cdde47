"""What early stopping has counted, and an epoch's metrics -> what it has counted after that epoch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from resnet_spec.spec.train import EarlyStopping
from resnet_spec.train.schedule import improves
from resnet_spec.train.state import Patience


def count_patience(stopping: EarlyStopping, before: Patience, metrics: Mapping[str, float]) -> Patience:
    """Count epochs without improvement as `keras.callbacks.EarlyStopping` does."""
    value = metrics[stopping.monitor]
    better = improves(stopping.monitor, value, before.best, stopping.min_delta)
    return Patience(value) if better else replace(before, wait=before.wait + 1)
