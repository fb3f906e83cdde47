"""The reference page is made, not written: it must be what the models say, and its examples must work."""

import importlib.util
import sys
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec, hold_expectations

DOCS = Path(__file__).parents[2] / "docs"


def page():
    spec = importlib.util.spec_from_file_location("make_language", DOCS / "make_language.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


def test_the_page_is_not_stale():
    text = (DOCS / "language.md").read_text(encoding="utf-8")
    assert text == page().render(), "run `python docs/make_language.py` and read the difference"


def test_the_page_leaves_out_nothing():
    from resnet_spec.spec.field import Node, Tagged

    def nodes(node):
        for child in node.__subclasses__():
            yield from (child, *nodes(child))

    module = page()
    told = {*module.SECTIONS.values(), *module.get_args(module.layer.Layer)}
    assert {node for node in nodes(Node) if node is not Tagged and not node.__subclasses__()} - told == set()


@pytest.mark.parametrize("example", sorted((DOCS / "examples").glob("*.yaml")), ids=lambda path: path.stem)
def test_an_example_is_what_it_says(example):
    """The counts are timm 1.0.31's own."""
    assert example.read_text(encoding="utf-8") in (DOCS / "language.md").read_text(encoding="utf-8")
    hold_expectations(compile_spec(str(example)))
