"""What a person calls their images -> the source that reads them, whether it is there yet or not."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.data.source_for_path import source_for_path
from resnet_spec.spec.data import Cifar10, Cifar100, Digits, ImageFolder, Npz, Source

WORDS: dict[str, type[Digits | Cifar10 | Cifar100]] = {kind.tag: kind for kind in (Digits, Cifar10, Cifar100)}


def find_source(text: str) -> tuple[Source, bool]:
    """Give the source, and whether there is something to look at; what is there comes before a word such as `digits`.

    Raises:
        InputError: what is there is no data.
    """
    if Path(text).exists():
        return source_for_path(text, None), True
    if text in WORDS:
        return WORDS[text](), True
    kind = Npz if text.lower().endswith(".npz") else ImageFolder
    return kind(path=text), False
