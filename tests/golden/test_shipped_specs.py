"""For every shipped spec its graph and its cost, as text to review; `test_published_counts` is the outside witness."""

from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec, hold_expectations
from resnet_spec.compile.find_spec import shipped_specs
from resnet_spec.ir import dump

GOOD = Path(__file__).parent / "good"


@pytest.mark.parametrize("name", shipped_specs())
def test_the_graph_is_the_reviewed_one(name):
    compiled = compile_spec(name)
    cost = compiled.cost
    text = (
        f"# {cost.trainable_params} trainable of {cost.total_params} params, {cost.macs} MACs\n{dump(compiled.graph)}"
    )
    assert text == (GOOD / f"{name}.graph.txt").read_text(encoding="utf-8")


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
