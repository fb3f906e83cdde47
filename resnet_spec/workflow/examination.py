"""Nouns: what `doctor` finds."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Package:
    """A package that an installation needs."""

    name: str
    wanted: str
    """The versions that go, such as `<3.16,>=3.15.1`."""
    found: str | None
    """The version that is there, or None."""
    ok: bool


@dataclass(frozen=True, slots=True)
class Examination:
    """What the program runs on."""

    environment: dict[str, str]
    packages: dict[str, tuple[Package, ...]]
    """By extra; `base` is what every installation needs. Empty where the program is not installed as a package."""
    processor_flags: dict[str, bool]
    """Instructions that make training or inference faster; empty where the system does not tell."""
    graphics: tuple[str, ...]
    """Models of NVIDIA devices that the driver lists."""
    cache: str
    """The folder of downloads."""
    cache_bytes: int
