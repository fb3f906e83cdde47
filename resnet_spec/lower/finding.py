"""The noun: what a check of a model found, by its path."""

from __future__ import annotations

from dataclasses import dataclass

from resnet_spec.diagnostic import Code, Path


@dataclass(frozen=True, slots=True)
class Finding:
    """A fault of the setting at a path of the model."""

    code: Code
    message: str
    path: Path
    help: str = ""
    key: bool = False
    """Whether the fault is the key's, and not the value's."""
    word: str = ""
    """The word that is not known, or not used."""
    known: tuple[str, ...] = ()
    """Words that may have been meant."""
    unread: bool = False
    """Whether all that is wrong is that nothing reads it: without it the network is the same."""
