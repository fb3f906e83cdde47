import pytest
from hypothesis import given, settings

from resnet_spec.compile.compare_documents import Change, compare_documents
from resnet_spec.compile.write_inline import write_inline
from resnet_spec.diagnostic import Source
from resnet_spec.document import parse
from tests.strategies import specs


def test_changes_are_named_by_path():
    old = {"a": 1, "gone": [1], "deep": {"x": 0.1, "same": "s"}}
    new = {"a": 2, "deep": {"x": "0.1", "same": "s"}, "here": {"y": None}}
    assert compare_documents(old, new) == (
        Change("changed", ("a",), 1, 2),
        Change("removed", ("gone",), old=[1]),
        Change("changed", ("deep", "x"), 0.1, "0.1"),
        Change("added", ("here",), new={"y": None}),
    )


def test_an_item_put_into_a_list_is_one_change():
    old = [{"filters": 16}, {"filters": 32}, {"filters": 64}]
    assert compare_documents(old, [old[0], {"filters": 24}, *old[1:]]) == (
        Change("added", (1,), new={"filters": 24}),
    )  # fmt: skip
    assert compare_documents(old, old[1:]) == (Change("removed", (0,), old={"filters": 16}),)
    assert compare_documents(old, [*old[:2], {"filters": 65}]) == (Change("changed", (2, "filters"), 64, 65),)


@pytest.mark.parametrize(("old", "new", "same"), [(1, True, False), (1, 1.0, True), (0, None, False), ([], {}, False)])
def test_values_that_python_confuses(old, new, same):
    assert (compare_documents({"a": old}, {"a": new}) == ()) is same
    assert (compare_documents([old], [new]) == ()) is same


@settings(max_examples=30, deadline=None)
@given(old=specs(), new=specs())
def test_nothing_changed_means_equal(old, new):
    assert compare_documents(old, old) == ()
    assert (compare_documents(old, new) == ()) is (old == new)


@pytest.mark.parametrize(
    "value", ["a, b", "{", "1e-4", "no", "two\nlines", "", " ", "ä 漢 🙂", "#", "x" * 500, "a: b", None, 1e-4]
)
def test_a_value_on_one_line_can_stand_anywhere(value):
    text = write_inline(value)
    assert "\n" not in text
    for context in ("a: {}\n", "a: {{b: {}, c: 1}}\n", "- [{}]\n"):
        found = parse(Source("", context.format(text))).value
        assert found in ({"a": value}, {"a": {"b": value, "c": 1}}, [[value]])
