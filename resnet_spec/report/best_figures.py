"""Figures of several runs -> the best of each."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from resnet_spec.report.compare_figures import Figure

_HIGH = ("test_accuracy", "val_accuracy", "training_images_per_second", "onnx_images_per_second")
_LOW = ("val_loss", "calibration_error", "seconds", "trainable_params", "macs", "onnx_bytes")


def best_figures(figures: Sequence[Mapping[str, Figure]]) -> dict[str, float | None]:
    """Give the best by name; None where fewer than two runs have the figure, or all have the same."""
    return {name: _best(figures, name, high=name in _HIGH) for name in (*_HIGH, *_LOW)}


def _best(figures: Sequence[Mapping[str, Figure]], name: str, *, high: bool) -> float | None:
    values = [value for row in figures if isinstance(value := row[name], int | float) and math.isfinite(value)]
    if len(set(values)) < 2:
        return None
    return max(values) if high else min(values)
