from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import Code, SpecErrors


@pytest.fixture
def write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)

    def write_it(name, text):
        Path(name).parent.mkdir(parents=True, exist_ok=True)
        Path(name).write_text(text, encoding="utf-8")

    return write_it


def fault(name):
    with pytest.raises(SpecErrors) as error:
        compile_spec(name)
    return error.value.diagnostics[0]


def test_a_child_says_only_what_differs(write, tiny):
    write("parent.yaml", tiny)
    write("child.yaml", "extends: parent.yaml\nname: child\nmodel: {classes: 7}\n")
    compiled = compile_spec("child.yaml")
    assert compiled.spec.name == "child"
    assert compiled.spec.model.classes == 7
    assert compiled.spec.model.input.shape == (8, 8, 1)


def test_lists_are_replaced_and_another_kind_replaces_a_kind(write, tiny):
    write("parent.yaml", tiny + "train: {epochs: 2, optimizer: {adam: {learning_rate: 1e-3}}}\n")
    write(
        "child.yaml",
        "extends: parent.yaml\ntrain: {optimizer: {sgd: {learning_rate: 0.1}}}\n"
        "model: {stages: [{block: basic, filters: 4, blocks: 3}]}\n",
    )
    compiled = compile_spec("child.yaml")
    assert compiled.spec.train.optimizer.tag == "sgd"
    assert [stage.blocks.text for stage in compiled.spec.model.stages] == ["3"]


def test_the_same_kind_is_merged(write, tiny):
    write("parent.yaml", tiny + "train: {epochs: 2, optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9}}}\n")
    write("child.yaml", "extends: parent.yaml\ntrain: {optimizer: {sgd: {learning_rate: 0.5}}}\n")
    optimizer = compile_spec("child.yaml").spec.train.optimizer
    assert (optimizer.learning_rate, optimizer.momentum) == (0.5, 0.9)


def test_a_key_of_the_child_stands_where_the_child_has_it(write, tiny):
    write("parent.yaml", tiny + "train: {epochs: 2, optimizer: adam}\n")
    write("child.yaml", "extends: parent.yaml\nname: child\ndescription: of a parent\nmodel: {activation: gelu}\n")
    value = compile_spec("child.yaml").document.value
    assert list(value) == ["name", "description", "model", "train"]
    assert list(value["model"])[:5] == ["input", "classes", "stem", "stages", "head"]


def test_a_fault_in_a_parent_points_into_the_parent(write, tiny):
    write("parent.yaml", tiny.replace("classes: 3", "classes: three"))
    write("child.yaml", "extends: parent.yaml\n")
    assert str(fault("child.yaml").span) == "parent.yaml:4:12"


def test_a_shipped_spec_can_be_extended(write):
    write("mine.yaml", "extends: resnet18\nname: mine\nmodel: {classes: 10}\nexpect: {trainable_params: 11181642, "
          "non_trainable_params: 9600, macs: 1813566464, source: torchvision}\n")  # fmt: skip
    assert compile_spec("mine.yaml").cost.trainable_params == 11_181_642


def test_a_circle_is_shown(write):
    write("a.yaml", "extends: b.yaml\n")
    write("b.yaml", "extends: a.yaml\n")
    found = fault("a.yaml")
    assert found.code is Code.EXTENDS
    assert "a.yaml -> b.yaml -> a.yaml" in found.message


def test_a_parent_elsewhere_is_refused(write, tmp_path):
    outside = tmp_path.parent / f"{tmp_path.name}-outside.yaml"
    outside.write_text("name: x\n")
    write("a.yaml", f"extends: ../{outside.name}\n")
    assert "outside" in fault("a.yaml").message
    Path("link.yaml").symlink_to(outside)
    write("b.yaml", "extends: link.yaml\n")
    assert "outside" in fault("b.yaml").message


def test_a_missing_parent_is_an_error_where_it_is_named(write, tiny):
    write("parent.yaml", tiny)
    write("a.yaml", "extends: parnet.yaml\n")
    found = fault("a.yaml")
    assert str(found.span) == "a.yaml:1:10"
    assert "did you mean `parent.yaml`?" in found.help
