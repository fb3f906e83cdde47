import itertools
import time

import pytest

from resnet_spec.diagnostic import Code, Source, SpecErrors
from resnet_spec.document import parse


def faults(text):
    with pytest.raises(SpecErrors) as error:
        parse(Source("net.yaml", text))
    return error.value.diagnostics


def test_values_and_their_places():
    document = parse(Source("net.yaml", "a: 1\nb:\n  - {c: two}\n  - 3.5\n"))
    assert document.value == {"a": 1, "b": [{"c": "two"}, 3.5]}
    assert str(document.span(("b", 0, "c"))) == "net.yaml:3:9"
    assert str(document.key_span(("b", 0, "c"))) == "net.yaml:3:6"
    assert str(document.span(("b", 1))) == "net.yaml:4:5"


def test_a_path_that_the_document_lacks_falls_back_to_its_nearest_ancestor():
    document = parse(Source("net.yaml", "train:\n  optimizer: {adam: {lr: 1}}\n"))
    assert str(document.span(("train", "SomeModel", "optimizer", "missing"))) == "net.yaml:2:14"


def test_a_duplicate_key_shows_both_places():
    (fault,) = faults("name: a\nepochs: 1\nname: b\n")
    assert fault.code is Code.YAML_DUPLICATE_KEY
    assert str(fault.span) == "net.yaml:3:1"
    assert str(fault.related[0][0]) == "net.yaml:1:1"


def test_a_duplicate_key_does_not_hide_what_is_below_it():
    codes = [fault.code for fault in faults("a: {b: 1}\na: {c: 012}\n")]
    assert codes == [Code.YAML_DUPLICATE_KEY, Code.YAML_SCALAR]


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("a: &x 1\nb: *x\n", "net.yaml:1:4", "anchor `&x`"),
        ("a: {<<: {b: 1}}\n", "net.yaml:1:5", "merge"),
        ("a: !!int '3'\n", "net.yaml:1:4", "tag"),
        ("%YAML 1.1\n---\na: 1\n", "net.yaml:1:1", "directive"),
        ("a: 1\n---\nb: 2\n", "net.yaml:2:1", "second document"),
        ("? [a, b]\n: 1\n", "net.yaml:1:3", "key is a word"),
    ],
)
def test_what_specs_do_without_is_refused_at_its_token(text, place, says):
    fault = faults(text)[0]
    assert fault.code is Code.YAML_FEATURE
    assert str(fault.span) == place
    assert says in fault.message


def test_a_tab_is_named():
    (fault,) = faults("a:\n\tb: 1\n")
    assert "tab" in fault.message
    assert "spaces" in fault.help


@pytest.mark.parametrize("text", ["", "# nothing\n", "---\n"])
def test_an_empty_spec_is_said_to_be_empty(text):
    assert faults(text)[0].code is Code.YAML_EMPTY


def test_a_billion_laughs_is_refused_at_once():
    names = "abcdefghi"
    lines = ["a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]"]
    lines += [f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]" for old, new in itertools.pairwise(names)]
    begin = time.perf_counter()
    assert faults("\n".join(lines))[0].code is Code.YAML_FEATURE
    assert time.perf_counter() - begin < 0.5


@pytest.mark.parametrize("text", ["[" * 100_000, "{a: " * 20_000, "- " * 50_000])
def test_deep_nesting_meets_a_limit(text):
    begin = time.perf_counter()
    assert Code.YAML_LIMIT in [fault.code for fault in faults(text)]
    assert time.perf_counter() - begin < 5


def test_too_many_values_meet_a_limit():
    assert faults("[" + "1, " * 30_000 + "1]")[0].code is Code.YAML_LIMIT


def test_crlf_and_wide_characters_keep_columns():
    document = parse(Source("net.yaml", "名前: 値\r\n🙂: {a: 1}\r\n"))
    assert str(document.span(("🙂", "a"))) == "net.yaml:2:8"


@pytest.mark.parametrize(
    ("text", "place", "says"),
    [
        ("name: x\nb: \x00\n", "net.yaml:2:4", "U+0000"),
        ("a: \x1b[31m\n", "net.yaml:1:4", "U+001B"),
        ("a: 1\r\nb: \x9f\n", "net.yaml:2:4", "U+009F"),
        ("a: 1\rb: \ufeff\n", "net.yaml:2:4", "U+FEFF"),
        ("a: \udc80\n", "net.yaml:1:4", "U+DC80"),
        ('a: "\\ud800"\n', "net.yaml:1:4", "half a character"),
    ],
)
def test_what_cannot_be_seen_or_written_is_refused_at_its_place(text, place, says):
    (fault,) = faults(text)
    assert fault.code is Code.YAML_ENCODING
    assert str(fault.span) == place
    assert says in fault.message


@pytest.mark.parametrize("text", ['a: "\\UFFFFFFFF"', 'a: "\\U00110000"', "%YAML " + "9" * 5000 + ".1\n--- a"])
def test_digits_that_stand_for_nothing_are_a_syntax_error(text):
    assert faults(text)[0].code is Code.YAML_SYNTAX


@pytest.mark.parametrize(("text", "says"), [("a" * 201 + ": 1", "key"), ("a: " + "b" * 10_001, "text")])
def test_long_keys_and_texts_meet_a_limit(text, says):
    (fault,) = faults(text)
    assert fault.code is Code.YAML_LIMIT
    assert f"a {says} of 10,001" in fault.message or f"a {says} of 201" in fault.message


def test_a_lone_carriage_return_ends_a_line():
    document = parse(Source("net.yaml", "a: 1\rb: 2\r\nc: 3"))
    assert [str(document.span((key,))) for key in "abc"] == ["net.yaml:1:4", "net.yaml:2:4", "net.yaml:3:4"]
    assert document.span(("b",)).source.line(2) == "b: 2"
