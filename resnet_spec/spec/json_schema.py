"""The models -> JSON Schema (draft 7) of the language as it is written, for editors.

Every mapping is described twice over: once with what may stand in it (a child that `extends` a parent says only what
differs), and apart from that with what must (a spec without a parent is complete). Lists are always complete.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic.fields import FieldInfo

from resnet_spec.spec.activation import ACTIVATIONS
from resnet_spec.spec.describe import describe
from resnet_spec.spec.expression import Expression, Extent, Pair
from resnet_spec.spec.field import MAX_REACH, Node, Tagged
from resnet_spec.spec.layer import Activation
from resnet_spec.spec.spec import Spec

Schema = dict[str, Any]

_EXTENDS = "The one parent spec that this one differs from: a path from this file, or the name of a shipped spec."
_SCALARS: dict[Any, Schema] = {
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    str: {"type": "string"},
    type(None): {"type": "null"},
}
_BOUNDS = {
    "ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum", "pattern": "pattern",
}  # fmt: skip
_PAIR, _EXTENT = get_args(Pair)[1], get_args(Extent)[1]


def json_schema() -> Schema:
    """Give the schema of a spec."""
    writer = _Writer()
    top = writer.mapping(Spec, complete=False)
    top["properties"] = {"extends": {"type": "string", "minLength": 1, "description": _EXTENDS}, **top["properties"]}
    whole = {"if": {"not": {"required": ["extends"]}}, "then": _required(Spec)}
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "resnet-spec",
        **top,
        **whole,
        "definitions": dict(sorted(writer.definitions.items())),
    }


class _Writer:
    """Writes types as schemas; sequences, which hold each other, become definitions."""

    def __init__(self) -> None:
        self.definitions: dict[str, Schema] = {}

    def mapping(self, node: type[Node], *, complete: bool) -> Schema:
        """Write a model as an object; `complete` says whether what is required must be there."""
        fields = {name: self._field(node, name, field, complete) for name, field in node.model_fields.items()}
        needed = [name for name, field in node.model_fields.items() if field.is_required()]
        required = {"required": needed} if needed and complete else {}
        text = " ".join((node.__doc__ or "").split())
        return {
            "type": "object", "description": text, "properties": fields, **required, "additionalProperties": False,
        }  # fmt: skip

    def _field(self, node: type[Node], name: str, field: FieldInfo, complete: bool) -> Schema:
        schema = _window(field.metadata) or self._bounded(self._type(field.annotation, complete), field.metadata)
        default = _default(field.default)
        if "$ref" in schema:  # whose neighbours draft 7 ignores
            schema = {"allOf": [schema]}
        return {**schema, "description": describe(node, name), **default}

    def _type(self, annotation: Any, complete: bool) -> Schema:
        if annotation in _SCALARS:
            return dict(_SCALARS[annotation])
        if annotation is Expression:
            return _size()
        if isinstance(annotation, type) and issubclass(annotation, Node):
            return self._refer(annotation, complete)
        origin, arguments = get_origin(annotation), get_args(annotation)
        if origin is Annotated:
            return _window(arguments) or self._bounded(self._type(arguments[0], complete), _metadata(arguments[1:]))
        if origin is Literal:
            return {"enum": list(arguments)}
        if origin is dict:
            names = self._bounded({}, _metadata(get_args(arguments[0])[1:]))
            return {
                "type": "object", "propertyNames": names, "additionalProperties": self._type(arguments[1], complete),
            }  # fmt: skip
        if origin is tuple:
            return self._list(arguments)
        assert origin in (Union, types.UnionType), annotation
        return self._choice(list(_members(annotation)), complete)

    def _list(self, arguments: tuple[Any, ...]) -> Schema:
        items = self._type(arguments[0], complete=True)
        if arguments[-1] is Ellipsis:
            return {"type": "array", "items": items}
        return {"type": "array", "items": items, "minItems": len(arguments), "maxItems": len(arguments)}

    def _choice(self, members: list[Any], complete: bool) -> Schema:
        kinds = [member for member in members if isinstance(member, type) and issubclass(member, Tagged)]
        if not kinds:
            return _any([self._type(member, complete) for member in members])
        name = ("" if complete or not _needs(kinds) else "Partial") + "Or".join(kind.__name__ for kind in kinds[:2])
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = _any([_words(kinds), self._kinds(kinds, complete)])
        others = [self._type(member, complete) for member in members if member not in kinds]
        return _any([{"$ref": f"#/definitions/{name}"}, *others])

    def _kinds(self, kinds: list[type[Tagged]], complete: bool) -> Schema:
        return {
            "type": "object",
            "properties": {kind.tag: self._options(kind, complete) for kind in kinds},
            "minProperties": 1,
            "maxProperties": 1,
            "additionalProperties": False,
        }

    def _options(self, kind: type[Tagged], complete: bool) -> Schema:
        """Write what stands below a kind's tag: its options, the value of its shorthand, or nothing."""
        mapping = self.mapping(kind, complete=complete)
        written = [] if kind.content else [mapping]
        named = kind.content or kind.shorthand
        if named is not None:
            written.append(self._field(kind, named, kind.model_fields[named], complete=True))
        if not _needs([kind]) and kind.content is None:
            written.append({"type": "null"})
        return {**_any(written), "description": mapping["description"]}

    def _refer(self, node: type[Node], complete: bool) -> Schema:
        name = node.__name__ if complete else f"Partial{node.__name__}"
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = self.mapping(node, complete=complete)
        return {"$ref": f"#/definitions/{name}"}

    @staticmethod
    def _bounded(schema: Schema, metadata: Any) -> Schema:
        """Add the bounds that a type is annotated with."""
        for bound in metadata:
            for attribute, keyword in _BOUNDS.items():
                value = getattr(bound, attribute, None)
                if value is not None:
                    schema[keyword] = value
            for attribute, of_text, of_list in (
                ("min_length", "minLength", "minItems"),
                ("max_length", "maxLength", "maxItems"),
            ):
                value = getattr(bound, attribute, None)
                if value is not None:
                    schema[of_list if schema.get("type") == "array" else of_text] = value
        return schema


def _required(annotation: Any) -> Schema:
    """Give only what must be there, for a spec without a parent; an empty schema where nothing must."""
    found: Schema = {}
    for member in _members(annotation):
        if get_origin(member) is dict:
            below = _required(get_args(member)[1])
            found |= {"additionalProperties": below} if below else {}
        elif isinstance(member, type) and issubclass(member, Tagged):
            below = _required_fields(member)
            if below:
                found.setdefault("properties", {})[member.tag] = below
        elif isinstance(member, type) and issubclass(member, Node):
            found |= _required_fields(member)
    return found


def _required_fields(node: type[Node]) -> Schema:
    needed = [name for name, field in node.model_fields.items() if field.is_required()]
    below = {name: _required(field.annotation) for name, field in node.model_fields.items()}
    properties = {name: schema for name, schema in below.items() if schema}
    return ({"required": needed} if needed else {}) | ({"properties": properties} if properties else {})


def _members(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Annotated and _is_union(get_args(annotation)[0]):
        yield from _members(get_args(annotation)[0])
    elif _is_union(annotation):
        for member in get_args(annotation):
            yield from _members(_untagged(member))
    else:
        yield annotation


def _untagged(annotation: Any) -> Any:
    """Take `Annotated[SomeKind, Tag("word")]` as the kind itself."""
    inner = get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation
    return inner if isinstance(inner, type) and issubclass(inner, Node) else annotation


def _is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, types.UnionType)


def _metadata(extras: tuple[Any, ...]) -> list[Any]:
    return [bound for extra in extras for bound in (extra.metadata if isinstance(extra, FieldInfo) else [extra])]


def _needs(kinds: list[type[Tagged]]) -> bool:
    return any(field.is_required() for kind in kinds for field in kind.model_fields.values())


def _words(kinds: list[type[Tagged]]) -> Schema:
    """Write the kinds that a bare word is enough for."""
    words = [kind.tag for kind in kinds if not _needs([kind])]
    return {"enum": [*words, *(ACTIVATIONS if Activation in kinds else ())]}


def _any(members: list[Schema]) -> Schema:
    members = [member for member in members if member.get("enum") != []]
    return members[0] if len(members) == 1 else {"anyOf": members}


def _default(value: Any) -> Schema:
    """Write a default that is a word or a number; a size's always is one."""
    plain = int(value.text) if isinstance(value, Expression) else value
    return {"default": plain} if isinstance(plain, str | int | float | bool) else {}


def _size() -> Schema:
    return {"anyOf": [{"type": "number", "minimum": 0}, _product()]}


def _product() -> Schema:
    part = r"\s*(\d+(\.\d+)?|[a-z_][a-z0-9_]*)\s*"
    return {"type": "string", "pattern": f"^{part}([*/]{part})*$", "maxLength": 100}


def _window(metadata: Any) -> Schema:
    """Write what spans pixels, or height and width; empty where the metadata is of something else."""
    sides: list[Schema] = [{"type": "integer", "minimum": 1, "maximum": MAX_REACH}, _product()]
    if _PAIR in metadata:
        return {"anyOf": [*sides, {"type": "array", "items": {"anyOf": sides}, "minItems": 2, "maxItems": 2}]}
    return {"anyOf": sides} if _EXTENT in metadata else {}
