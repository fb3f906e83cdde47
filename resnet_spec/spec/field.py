"""The small types that every model of the language is made of: strict scalars and the two kinds of mapping."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

MAX_REACH = 1024
"""Pixels that a kernel, a pool, a step or a border may span."""
MAX_SIDE = 8192
"""Pixels, or channels, that an image may have along an axis."""

Text = Annotated[str, Field(strict=True, min_length=1)]
Flag = Annotated[bool, Field(strict=True)]
Number = Annotated[float, Field(strict=True, allow_inf_nan=False)]
Positive = Annotated[float, Field(strict=True, allow_inf_nan=False, gt=0)]
NonNegative = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0)]
Fraction = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, lt=1)]
Count = Annotated[int, Field(strict=True, ge=1, le=1_000_000)]
Natural = Annotated[int, Field(strict=True, ge=0, le=2**32 - 1)]
Side = Annotated[int, Field(strict=True, ge=1, le=MAX_SIDE)]
Reach = Annotated[int, Field(strict=True, ge=1, le=MAX_REACH)]
Border = Annotated[int, Field(strict=True, ge=0, le=MAX_REACH)]
Published = Annotated[int, Field(strict=True, ge=0, le=10**18)]


class Node(BaseModel):
    """A mapping of the language: frozen, and without unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class Tagged(Node):
    """One member of a choice: written as its bare `tag`, or as `{tag: {options}}`.

    A subclass whose `shorthand` names a field also takes `{tag: value}` for `{tag: {shorthand: value}}`. One whose
    `content` names its only field takes nothing else: the field's name is no word of the language.
    """

    tag: ClassVar[str]
    shorthand: ClassVar[str | None] = None
    content: ClassVar[str | None] = None

    @model_validator(mode="before")
    @classmethod
    def _options(cls, value: Any) -> Any:
        if value == cls.tag:
            return {}
        if isinstance(value, str) and cls.shorthand is not None:
            return {cls.shorthand: value}
        if not isinstance(value, dict) or value.keys() != {cls.tag}:
            return value
        options = value.get(cls.tag)
        if options is None:
            return {}
        if cls.content is not None:
            return {cls.content: options}
        if cls.shorthand is not None and not isinstance(options, dict):
            return {cls.shorthand: options}
        return options


def tag_of(value: Any) -> str | None:
    """Give the tag that a document value chooses: the word itself, or the only key of a mapping."""
    if isinstance(value, Tagged):
        return value.tag
    if isinstance(value, str):
        return value
    if isinstance(value, dict) and len(value) == 1:
        (key,) = value
        return str(key)
    return None
