"""The schema says of a spec what the models say of it, and the copy in the repository is the one that is printed."""

import copy
from pathlib import Path

import jsonschema
import pytest

from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.document import parse, read_source
from resnet_spec.render.schema import schema_text
from resnet_spec.spec.json_schema import json_schema

DOCS = Path(__file__).parents[2] / "docs"
VALIDATOR = jsonschema.Draft7Validator(json_schema())


def document(name):
    return parse(read_source(shipped_specs()[name])).value


def test_the_copy_in_the_repository_is_not_stale():
    kept = (DOCS / "resnet-spec.schema.json").read_text(encoding="utf-8")
    assert kept == schema_text(), "resnet-spec schema > docs/resnet-spec.schema.json"


def test_the_command_prints_it(program):
    assert program("schema").stdout == schema_text()


def test_it_is_a_schema():
    jsonschema.Draft7Validator.check_schema(json_schema())


@pytest.mark.parametrize("name", shipped_specs())
def test_every_shipped_spec_is_valid_and_with_an_unknown_key_is_not(name):
    value = document(name)
    VALIDATOR.validate(value)
    for path in mappings(value):
        if path and path[-1] in ("parameters", "blocks"):
            continue
        assert not VALIDATOR.is_valid(with_key(value, path)), path


def mappings(value, path=()):
    if isinstance(value, dict):
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from mappings(item, (*path, key))


def with_key(value, path):
    changed = copy.deepcopy(value)
    here = changed
    for key in path:
        here = here[key]
    here["unknown_key"] = 1
    return changed


def objects(schema):
    if isinstance(schema, dict):
        yield schema
        for item in schema.values():
            yield from objects(item)
    elif isinstance(schema, list):
        for item in schema:
            yield from objects(item)


def test_every_key_is_described_and_no_mapping_is_open():
    schema = json_schema()
    required_only = schema.pop("then")
    for part in objects(schema):
        if part.get("type") == "object":
            assert part.get("additionalProperties") is not None
        for name, field in part.get("properties", {}).items() if part.get("type") == "object" else ():
            assert field.get("description"), name
    assert required_only["required"] == ["name", "model"]


MODEL = {"input": {"shape": [8, 8, 1]}, "classes": 3, "stem": ["conv"], "stages": [], "head": ["dense"]}
STAGE = {"block": "basic", "filters": 4, "blocks": 1}


@pytest.mark.parametrize(
    ("layer", "valid"),
    [
        ("conv", True), ("relu", True), ({"activation": "gelu"}, True), ({"activation": None}, True), ("relux", False),
        ({"conv": {"filters": "4 * filters"}}, True), ({"conv": {"filters": "4 +"}}, False),
        ({"conv": {"kernel_size": [3, 1]}}, True), ({"conv": {"kernel_size": [3]}}, False),
        ({"conv": {"kernel_size": 0}}, False), ({"conv": None}, True), ({"conv": {}, "norm": {}}, False), ({}, False),
        ({"pad": 3}, True), ({"pad": {"padding": 3}}, True), ({"pad": None}, False), ("pad", False),
        ({"gate": ["conv"]}, True), ({"gate": {"path": ["relux"]}}, False), ({"dropout": 0.5}, True), (7, False),
        ({"conv": {"kernel_size": "kernel"}}, True), ({"conv": {"kernel_size": ["2 * kernel", 1]}}, True),
        ({"conv": {"kernel_size": 2000}}, False), ({"conv": {"kernel_size": ["kernel"]}}, False),
        ({"conv": {"dilation_rate": "rate"}}, True), ({"conv": {"dilation_rate": 0}}, False),
        ({"norm": "layer"}, True), ({"norm": None}, True), ({"norm": {"group": {"groups": 8}}}, True),
        ({"norm": {"batch": None}}, True), ({"norm": {"kind": "batch"}}, False), ({"norm": {"epsilon": 1e-5}}, False),
        ({"norm": {"batch": {"gamma_initializer": "zeros"}}}, True), ({"norm": {"batch": {}, "layer": {}}}, False),
        ("blur_pool", True), ({"blur_pool": {"pool_size": 5, "strides": "strides"}}, True), ("swish", False),
    ],
)  # fmt: skip
def test_layers_are_written_as_the_language_writes_them(layer, valid):
    spec = {"name": "x", "model": {**MODEL, "stages": [STAGE], "stem": [layer]}}
    assert VALIDATOR.is_valid(spec) is valid


@pytest.mark.parametrize(
    ("spec", "valid"),
    [
        ({"extends": "resnet50"}, True),
        ({"extends": "resnet50", "model": {"classes": 7}}, True),
        ({"extends": "resnet50", "train": {"optimizer": {"sgd": {"momentum": 0.5}}}}, True),
        ({"extends": "resnet50", "model": {"stages": [{"block": "basic"}]}}, False),
        ({"extends": "resnet50", "model": {"clases": 7}}, False),
        ({"extends": 7}, False),
        ({"name": "x"}, False),
        ({"name": "x", "model": {"classes": 7}}, False),
        ({"name": "x", "model": {**MODEL, "stages": [STAGE]}}, True),
        ({"name": "x", "model": {**MODEL, "stages": [STAGE]}, "train": {"epochs": 1, "optimizer": "adam"}}, True),
        ({"name": "x", "model": {**MODEL, "stages": [STAGE]}, "train": {"epochs": 1, "optimizer": "sgd"}}, False),
        ({"name": "x", "model": {**MODEL, "stages": [STAGE]}, "train": {"epochs": 1, "optimizer": {"sgd": {}}}}, False),
        ({"name": "x", "model": {**MODEL, "stages": []}}, False),
    ],
)
def test_a_child_says_what_differs_and_a_spec_without_a_parent_says_all(spec, valid):
    assert VALIDATOR.is_valid(spec) is valid
