"""What a run ran on: versions and machine, as far as they change numbers."""

from __future__ import annotations

import os
import platform
from importlib.metadata import PackageNotFoundError, version

from resnet_spec import __version__

_PACKAGES = ("keras", "tensorflow", "jax", "torch", "numpy", "onnx", "onnxruntime", "tf2onnx", "pillow", "scikit-learn")


def environment() -> dict[str, str]:
    """Describe the environment in words."""
    found = {
        "resnet-spec": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "backend": os.environ.get("KERAS_BACKEND", "tensorflow"),
    }
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a device of the system
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
