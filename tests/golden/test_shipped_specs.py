"""For every shipped spec its graph and its cost, as text to review; `test_published_counts` is the outside witness."""

from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec, hold_expectations
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.ir import dump

GOOD = Path(__file__).parent / "good"
LONGEST = 1000


def shortened(text):
    """Leave out the middle of a text that nobody would read: ResNet-1202 is ResNet-110 with more of the same."""
    lines = text.splitlines(keepends=True)
    if len(lines) <= LONGEST:
        return text
    return "".join([*lines[:20], f"... {len(lines) - 40} lines\n", *lines[-20:]])


def test_every_file_is_a_spec_of_its_own_name():
    files = list((Path(__file__).parents[2] / "specs").rglob("*.yaml"))
    assert sorted(file.stem for file in files) == sorted(shipped_specs())
    assert all(compile_spec(name).spec.name == name for name in shipped_specs())


def test_families_are_listed_together_and_in_order():
    names = list(shipped_specs())
    assert names[:2] == ["eip4_week4", "quickstart"]
    family = ["resnet18", "resnet34", "resnet50", "resnet101", "resnet152"]
    first = names.index("resnet18")
    assert names[first : first + 5] == family


@pytest.mark.parametrize("name", shipped_specs())
def test_the_graph_is_the_reviewed_one(name):
    compiled = compile_spec(name)
    cost = compiled.cost
    text = (
        f"# {cost.trainable_params} trainable of {cost.total_params} params, {cost.macs} MACs\n{dump(compiled.graph)}"
    )
    assert shortened(text) == (GOOD / f"{name}.graph.txt").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", shipped_specs())
def test_the_network_is_what_its_source_published(name):
    hold_expectations(compile_spec(name))


@pytest.mark.parametrize("name", shipped_specs())
def test_the_resolved_spec_compiles_to_itself(name):
    from resnet_spec.compile import compile_text

    compiled = compile_spec(name)
    again = compile_text(compiled.text, "resolved.yaml")
    assert again.text == compiled.text
    assert again.spec == compiled.spec
    assert dump(again.graph) == dump(compiled.graph)
