"""The machine and the installation -> an `Examination`, without loading anything heavy."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from resnet_spec.data.cache_folder import cache_folder
from resnet_spec.workflow.environment import environment
from resnet_spec.workflow.examination import Examination, Package

_PROGRAM = "resnet-spec"
_FLAGS = ("avx2", "avx512f", "avx512_vnni", "avx512_bf16", "amx_bf16")


def examine_environment() -> Examination:
    """Look at versions, extras, processor, devices and cache."""
    cache = cache_folder()
    return Examination(
        environment=environment(),
        packages=_packages(),
        processor_flags=_processor_flags(),
        graphics=_graphics(),
        cache=str(cache),
        cache_bytes=sum(file.stat().st_size for file in cache.glob("*") if file.is_file()),
    )


def _packages() -> dict[str, tuple[Package, ...]]:
    try:
        said = metadata(_PROGRAM)
    except PackageNotFoundError:
        return {}
    requirements = said.get_all("Requires-Dist") or []
    extras = ["base", *(said.get_all("Provides-Extra") or [])]
    return {extra: tuple(_needed(requirements, "" if extra == "base" else extra)) for extra in extras}


def _needed(requirements: list[str], extra: str) -> list[Package]:
    from packaging.requirements import Requirement

    found = []
    for requirement in map(Requirement, requirements):
        marker = requirement.marker
        base = marker is None or marker.evaluate({"extra": ""})
        if base != (not extra) or (marker and not marker.evaluate({"extra": extra})):
            continue
        there = _version(requirement.name)
        ok = there is not None and requirement.specifier.contains(there, prereleases=True)
        found.append(Package(requirement.name, str(requirement.specifier), there, ok))
    return found


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _processor_flags() -> dict[str, bool]:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return {}
    flags = next((set(line.split()) for line in lines if line.startswith("flags")), None)
    return {} if flags is None else {flag: flag in flags for flag in _FLAGS}


def _graphics() -> tuple[str, ...]:
    names = []
    for file in sorted(Path("/proc/driver/nvidia/gpus").glob("*/information")):
        lines = file.read_text(encoding="utf-8", errors="replace").splitlines()
        names += [line.partition(":")[2].strip() for line in lines if line.startswith("Model:")]
    return tuple(names)
