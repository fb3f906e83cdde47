"""Writes docs/language.md from the models of the language, the shipped blocks and docs/examples.

python docs/make_language.py
"""

from __future__ import annotations

import types
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from jinja2 import Environment, StrictUndefined
from pydantic.fields import FieldInfo

from resnet_spec.compile.link import shipped_blocks
from resnet_spec.spec import activation, augment, data, expect, export, layer, model, norm, schedule, spec, train
from resnet_spec.spec.describe import describe
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.field import Node, Tagged

HERE = Path(__file__).parent
BLOCKS = HERE.parent / "resnet_spec" / "blocks"


def _kinds(path: str, choice: Any) -> dict[str, type[Node]]:
    """Give a section to each member of a choice."""
    members = (get_args(member)[0] for member in get_args(get_args(choice)[0]))
    return {f"{path}: {member.tag}": member for member in members}


SECTIONS: dict[str, type[Node]] = {
    "(top)": spec.Spec,
    "model": model.Model,
    "model.input": model.Input,
    "model.conv": layer.ConvDefaults,
    "model.norm: batch": norm.BatchNorm,
    "model.norm: group": norm.GroupNorm,
    "model.norm: layer": norm.LayerNorm,
    "model.blocks.NAME": model.Block,
    "model.blocks.NAME.shortcut": model.Shortcut,
    "model.stages[]": model.Stage,
    "kernel_regularizer": layer.Regularizer,
    "expect": expect.Expect,
    "data": data.Data,
    "data.source: digits": data.Digits,
    "data.source: image_folder": data.ImageFolder,
    "data.source: npz": data.Npz,
    "data.source: cifar10": data.Cifar10,
    "data.source: cifar100": data.Cifar100,
    "data.normalize": data.Normalize,
    **_kinds("data.augment[]", augment.Augmentation),
    "data.test_views": data.Views,
    "train": train.Train,
    "train.progressive_resizing[]": train.Smaller,
    **_kinds("train.optimizer", train.Optimizer),
    "train.groups[]": train.Group,
    "train.groups[].trainable": train.Epochs,
    **_kinds("train.schedule", train.Schedule),
    "train.schedule: a time": schedule.Steps,
    "train.schedule: a time that is not 0": schedule.SomeSteps,
    **_kinds("train.average", train.Average),
    "train.early_stopping": train.EarlyStopping,
    "export": export.Export,
    "export.input": export.ExportInput,
}


@dataclass(frozen=True)
class Row:
    """A key of a section."""

    name: str
    short: bool
    type: str
    default: str
    text: str


@dataclass(frozen=True)
class Section:
    """A mapping of the language."""

    path: str
    text: str
    rows: tuple[Row, ...]


def render() -> str:
    """Write the page."""
    environment = Environment(undefined=StrictUndefined, keep_trailing_newline=True)  # noqa: S701 - Markdown of our own
    template = environment.from_string((HERE / "language.md.j2").read_text(encoding="utf-8"))
    return template.render(
        examples={path.name: path.read_text(encoding="utf-8") for path in (HERE / "examples").glob("*.yaml")},
        sections=[_section(path, node) for path, node in SECTIONS.items()],
        layers=[_section(node.tag, node) for node in get_args(layer.Layer)],
        activations=", ".join(f"`{name}`" for name in activation.ACTIVATIONS),
        blocks={name: (BLOCKS / f"{name}.yaml").read_text(encoding="utf-8") for name in shipped_blocks()},
    )


def _section(path: str, node: type[Node]) -> Section:
    short = node.shorthand if issubclass(node, Tagged) else None
    content = node.content if issubclass(node, Tagged) else None
    fields = {name: field for name, field in node.model_fields.items() if name != content}
    rows = tuple(_row(node, name, field, name == short) for name, field in fields.items())
    return Section(path, _prose(node.__doc__ or ""), rows)


def _row(node: type[Node], name: str, field: FieldInfo, short: bool) -> Row:
    default = "required" if field.is_required() else _value(field.default)
    return Row(name, short, _cell(_type(field.annotation)), default, _cell(describe(node, name)))


def _type(annotation: Any) -> str:
    origin = get_origin(annotation)
    if annotation == layer.Item:
        return "a layer"
    if origin is Annotated:
        return _type(get_args(annotation)[0])
    if annotation == activation.ActivationName:
        return "an activation"
    if origin is Literal:
        return " or ".join(f"`{word}`" for word in get_args(annotation))
    if origin in (Union, types.UnionType):
        members = dict.fromkeys(_type(member) for member in get_args(annotation) if member is not type(None))
        return " or ".join(members)
    if origin is tuple:
        items = get_args(annotation)
        if items[-1] is Ellipsis:
            return "list of layers" if _type(items[0]) == "a layer" else f"list of {_plural(_type(items[0]))}"
        return f"list of {len(items)} {_plural(_type(items[0]))}"
    if origin is dict:
        return f"mapping of names to {_plural(_type(get_args(annotation)[1]))}"
    if isinstance(annotation, type) and issubclass(annotation, Tagged):
        return f"`{annotation.tag}`"
    if isinstance(annotation, type) and issubclass(annotation, Node):
        return "mapping"
    return {Expression: "size", bool: "true or false", int: "whole number", float: "number", str: "text"}[annotation]


def _plural(word: str) -> str:
    return word if word.startswith("`") else word.replace("size", "sizes").replace("number", "numbers").replace(
        "mapping", "mappings"
    )  # fmt: skip


def _value(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Expression):
        return f"`{value.text}`"
    if isinstance(value, Tagged):
        return f"`{value.tag}`"
    if isinstance(value, Node) or value in ((), {}):
        return "`{}`" if isinstance(value, Node | dict) else "`[]`"
    if isinstance(value, bool):
        return f"`{str(value).lower()}`"
    if isinstance(value, tuple):
        return _value(value[0]) if len(set(value)) == 1 else f"`{list(value)}`"
    return f"`{value:g}`" if isinstance(value, float) else f"`{value}`"


def _prose(text: str) -> str:
    return "\n".join(line.strip() for line in text.strip().splitlines())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    (HERE / "language.md").write_text(render(), encoding="utf-8")
