"""Adds the shipped blocks that a document uses, so that it needs nothing but itself from here on."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

from resnet_spec.diagnostic import Source
from resnet_spec.document import Document, parse


def link(document: Document) -> Document:
    """Give the document with every shipped block that a stage names under `model.blocks`, spans and all.

    What is not well formed is left for validation to refuse.
    """
    for name in _wanted(document.value):
        if name in shipped_blocks():
            document = document.graft(("model", "blocks", name), _shipped(name))
    return document


@cache
def shipped_blocks() -> tuple[str, ...]:
    """Give the names of the blocks that come with the package."""
    folder = files("resnet_spec") / "blocks"
    return tuple(sorted(entry.name.removesuffix(".yaml") for entry in folder.iterdir() if entry.name.endswith(".yaml")))


@cache
def _shipped(name: str) -> Document:
    text = (files("resnet_spec") / "blocks" / f"{name}.yaml").read_text(encoding="utf-8")
    return parse(Source(f"<shipped>/blocks/{name}.yaml", text))


def _wanted(value: Any) -> list[str]:
    model = value.get("model") if isinstance(value, dict) else None
    stages = model.get("stages") if isinstance(model, dict) else None
    if not isinstance(model, dict) or not isinstance(stages, list):
        return []
    own = model.get("blocks", {})
    if not isinstance(own, dict):
        return []
    names = [stage.get("block") for stage in stages if isinstance(stage, dict)]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name not in own))
