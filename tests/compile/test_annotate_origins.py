from pathlib import Path

import pytest
from hypothesis import given, settings

from resnet_spec.compile import compile_spec
from resnet_spec.compile.annotate_origins import annotate_origins
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.compile.write_yaml import write_yaml
from resnet_spec.diagnostic import Source
from resnet_spec.document import parse
from tests.strategies import specs


def places(text):
    """Give each line's value and its comment."""
    return [tuple(part.strip() for part in line.partition("  # ")[::2]) for line in text.splitlines()]


def line(span):
    return f"{span.source.name}:{span.line}"


def test_every_value_has_the_line_that_set_it(compile_text, tiny):
    compiled = compile_text(tiny, "model.stages.1.filters=16")
    found = dict(places(annotate_origins(compiled.document, line)))
    assert found["name: tiny"] == "net.yaml:1"
    assert found["shape: [8, 8, 1]"] == "net.yaml:3"
    assert found["- {block: basic, filters: 4, blocks: 1}"] == "net.yaml:10"
    assert (found["- block: basic"], found["filters: 16"]) == ("net.yaml:11", "--set:1")
    assert found["project: shape_changes"].startswith("<shipped>/blocks/basic.yaml:")
    assert found["stages:"] == ""


@pytest.mark.parametrize("name", list(shipped_specs()))
def test_every_line_is_the_line_that_it_names(name):
    compiled = compile_spec(name)
    sources = {span.source.name: span.source for span in compiled.document.values.values()}

    def number(span):
        return f"{span.source.name}|{span.line}"

    for value, note in places(annotate_origins(compiled.document, number)):
        if note:
            file, _, line = note.rpartition("|")
            written = sources[file].line(int(line))
            key = value.removeprefix("- ").partition(":")[0]
            assert key.strip("[]{}'\"").partition(",")[0] in written, (value, note)


def test_what_is_set_in_two_places_is_not_on_one_line(compile_text, tiny, tmp_path):
    Path("base.yaml").write_text(tiny + "train: {epochs: 3, optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}}\n")
    compiled = compile_text("extends: base.yaml\ntrain: {optimizer: {sgd: {momentum: 0.5}}}\n")
    text = annotate_origins(compiled.document, line)
    found = dict(places(text))
    assert found["learning_rate: 0.1"] == "base.yaml:15"
    assert found["momentum: 0.5"] == "net.yaml:2"
    assert parse(Source("", text)).value == compiled.document.value


@pytest.mark.parametrize("description", ["two\nlines  # no comment", "'#' quoted: #", "x" * 300, "", "# x", "a  # b"])
def test_text_that_looks_like_a_comment_survives(compile_text, tiny, description):
    document = compile_text(tiny).document
    document.value["description"] = description
    assert parse(Source("", annotate_origins(document, str))).value == document.value
    assert parse(Source("", write_yaml(document.value))).value == document.value


@settings(max_examples=30, deadline=None)
@given(value=specs())
def test_it_reads_back_as_the_same_values(value):
    document = parse(Source("a.yaml", write_yaml(value)))
    text = annotate_origins(document, str)
    assert parse(Source("", text)).value == value
    assert annotate_origins(document, lambda span: "there").count("  # there") >= len(value)
