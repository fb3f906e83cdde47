"""What may stand where: the models, asked by the path of a document."""

from __future__ import annotations

import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from resnet_spec.diagnostic import Path
from resnet_spec.spec.activation import ACTIVATIONS
from resnet_spec.spec.field import Node, Tagged
from resnet_spec.spec.layer import Activation
from resnet_spec.spec.spec import Spec


def node_at(path: Path) -> type[Node] | None:
    """Give the model of the mapping at `path` of a spec, or None where there is no such model.

    >>> node_at(("train", "optimizer", "adam")).__name__
    'Adam'
    """
    members = [member.model if isinstance(member, _Options) else member for member in _members(_annotation(path))]
    found = [member for member in members if _is_node(member)]
    return found[0] if len(found) == 1 else None


def kinds_at(path: Path) -> tuple[str, ...]:
    """Give the tags that a choice at `path` knows; none where there is no choice.

    >>> kinds_at(("train", "average"))
    ('ema', 'lookahead')
    """
    tags = [member.tag for member in _members(_annotation(path)) if _is_node(member) and issubclass(member, Tagged)]
    extra = ACTIVATIONS if Activation.tag in tags else ()
    return (*tags, *extra) if len(tags) > 1 else ()


def words_at(path: Path) -> tuple[str, ...]:
    """Give the words that a value at `path` may be, where only certain words are allowed."""
    return tuple(_words(_annotation(path)))


def _words(annotation: Any) -> Iterator[str]:
    for member in _members(annotation):
        if isinstance(member, _Options) and member.model.shorthand:
            yield from _words(member.model.model_fields[member.model.shorthand].annotation)
        elif get_origin(member) is Literal:
            yield from (word for word in get_args(member) if isinstance(word, str))


def _annotation(path: Path) -> Any:
    here: Any = Spec
    for segment in path:
        here = _step(here, segment)
        if here is None:
            return None
    return here


def _step(annotation: Any, segment: str | int) -> Any:
    for member in _members(annotation):
        if _is_node(member):
            if issubclass(member, Tagged) and segment == member.tag:
                return _behind(member)
            if not issubclass(member, Tagged) and segment in member.model_fields:
                return member.model_fields[str(segment)].annotation
        elif isinstance(member, _Options):
            if segment in member.model.model_fields:
                return member.model.model_fields[str(segment)].annotation
        elif get_origin(member) is dict and isinstance(segment, str):
            return get_args(member)[1]
        elif get_origin(member) is tuple and isinstance(segment, int):
            items = get_args(member)
            return items[0] if items[-1] is Ellipsis else items[min(segment, len(items) - 1)]
    return None


@dataclass(frozen=True)
class _Options:
    """The mapping of options behind a tag, told apart from the choice itself."""

    model: type[Tagged]


def _behind(kind: type[Tagged]) -> Any:
    """Give what stands below a kind's tag: its options, or the value of its only field."""
    return kind.model_fields[kind.content].annotation if kind.content else _Options(kind)


def _members(annotation: Any) -> Iterator[Any]:
    if isinstance(annotation, _Options):
        yield annotation
    elif get_origin(annotation) is Annotated:
        yield from _members(get_args(annotation)[0])
    elif get_origin(annotation) in (Union, types.UnionType):
        for member in get_args(annotation):
            yield from _members(member)
    elif annotation is not None and annotation is not type(None):
        yield annotation


def _is_node(member: Any) -> bool:
    return isinstance(member, type) and issubclass(member, Node)
