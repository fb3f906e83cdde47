"""How fast a network is on this machine.

Enters: nothing. Leaves: nouns. `bench` measures them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Speed:
    """How fast a network is at one batch size, with one number of threads."""

    threads: int
    batch: int
    calls: int
    """How many were timed."""
    p50_ms: float
    """Half of the calls took no longer."""
    p95_ms: float
    images_per_second: float
    gflops: float
    """GFLOP/s: twice the network's multiply-accumulates, an image, a second."""
    share_of_matrix_rate: float
    """That, divided by what the machine does in a float32 matrix product; int8 may be above 1."""


@dataclass(frozen=True, slots=True)
class Benchmark:
    """How fast a network is on this machine, and what that is held against."""

    macs: int
    """Multiply-accumulates of one image, counted on the file."""
    file_bytes: int
    kernels: Mapping[str, int]
    """How many operators of each kind onnxruntime really runs, by name."""
    onnxruntime: str
    """Its version."""
    processors: int
    """That this process may use."""
    matrix_gflops: Mapping[int, float]
    """By number of threads: GFLOP/s of a float32 matrix product of 1024 x 1024."""
    speeds: tuple[Speed, ...]
