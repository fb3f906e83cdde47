"""What a run ran on: versions and machine, as far as they change numbers."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Mapping
from importlib.metadata import PackageNotFoundError, distributions, version

from resnet_spec import __version__
from resnet_spec.backends.chosen_backend import chosen_backend

_VARIABLES = (
    "OMP_NUM_THREADS", "TF_NUM_INTRAOP_THREADS", "TF_ENABLE_ONEDNN_OPTS", "ONEDNN_MAX_CPU_ISA", "XLA_FLAGS",
    "TF_DETERMINISTIC_OPS", "MKL_NUM_THREADS", "NVIDIA_TF32_OVERRIDE", "JAX_DEFAULT_MATMUL_PRECISION",
)  # fmt: skip
"""Settings of the environment that change how sums are ordered, and so their last bits."""
_PACKAGES = (
    "keras", "tensorflow", "tensorflow-cpu", "jax", "jaxlib", "torch", "numpy", "onnx", "onnxruntime", "tf2onnx",
    "pillow", "scikit-learn",
)  # fmt: skip
_PLUGINS = re.compile(r"jax-(cuda|rocm)|nvidia-|libtpu")
"""What the names of other packages begin with that hold a framework's kernels; new names come each year."""


def environment() -> dict[str, str]:
    """Describe the environment in words."""
    found = {
        "resnet-spec": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
        "processor": _processor(),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "backend": chosen_backend(),
    }
    found |= {name: os.environ[name] for name in _VARIABLES if name in os.environ}
    for package in _PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            continue
    return found | dict(sorted(_plugins().items()))


def changed_environment(before: Mapping[str, str], now: Mapping[str, str]) -> list[str]:
    """Say what numbers may differ by: a line for everything that is not as it was."""
    return [
        f"{name} was {before.get(name, 'not there')}, and is {now.get(name, 'not there')}"
        for name in sorted(before.keys() | now.keys())
        if before.get(name) != now.get(name)
    ]


def _plugins() -> dict[str, str]:
    found: dict[str, str] = {}
    for package in distributions():
        name = (package.name or "").lower().replace("_", "-")
        if _PLUGINS.match(name):
            # The first on the path is the one that is imported.
            found.setdefault(name, package.version)
    return found


def _processor() -> str:
    try:
        with open("/proc/cpuinfo", encoding="utf-8") as lines:  # noqa: PTH123 - a device of the system
            return next(line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.processor() or "unknown"
