"""The spec's `precision` -> Keras's dtype policy, by what the machine computes fast in."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from resnet_spec.backends.find_devices import find_devices

Policy = Literal["float32", "mixed_bfloat16"]
Precision = Literal["auto", "float32", "mixed_bfloat16"]


def choose_precision(wanted: Precision) -> tuple[Policy, str]:
    """Give the policy, and the reason in words.

    `auto` is bfloat16 where a GPU or the processor multiplies in it (AVX512_BF16, AMX), and float32 elsewhere.
    """
    if wanted != "auto":
        return wanted, "the spec says so"
    if (devices := find_devices()).accelerated:
        return "mixed_bfloat16", f"it runs on {devices.kind}"
    found = sorted({"avx512_bf16", "amx_bf16"} & _processor_flags())
    if found:
        return "mixed_bfloat16", f"the processor has {' and '.join(found)}"
    return "float32", "neither a GPU nor a processor with bfloat16 was found"


def _processor_flags() -> set[str]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return set()
    return {word for line in lines if line.startswith("flags") for word in line.split()}
