"""The schema in a real editor's engine: yaml-language-server, at the path YAML_LANGUAGE_SERVER.

npm install --prefix /somewhere yaml-language-server
YAML_LANGUAGE_SERVER=/somewhere/node_modules/.bin/yaml-language-server python -m pytest -m node
"""

import importlib.util
import os
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import SpecErrors
from resnet_spec.spec.describe import describe
from resnet_spec.spec.model import Stage

HERE = Path(__file__).parent
SCHEMA = HERE.parents[1] / "docs" / "resnet-spec.schema.json"
PROGRAM = os.environ.get("YAML_LANGUAGE_SERVER", "")
SPEC = f"""\
# yaml-language-server: $schema={SCHEMA.as_uri()}
name: edited
model:
  input: {{shape: [8, 8, 1]}}
  classes: 3
  stem:
    - conv: {{filters: 4, kernel: 3}}
  stages:
    - block: basic
      filters: 4
      blocks: 1
      bloks: 2
      @
  head: [global_avg_pool, dense]
train:
  epochz: 3
  epochs: 3
  optimizer: adam
"""
AT = (12, 6)

pytestmark = [
    pytest.mark.node,
    pytest.mark.skipif(not PROGRAM, reason="YAML_LANGUAGE_SERVER does not name yaml-language-server"),
]


@pytest.fixture(scope="module")
def edited(tmp_path_factory):
    source = importlib.util.spec_from_file_location("language_server", HERE / "language_server.py")
    module = importlib.util.module_from_spec(source)
    source.loader.exec_module(module)
    with module.LanguageServer(Path(PROGRAM), tmp_path_factory.mktemp("editor")) as server:
        yield server


def test_the_keys_of_a_stage_are_completed_and_explained(edited):
    found = edited.complete(edited.open("complete.yaml", SPEC.replace("@", "")), *AT)
    missing = set(Stage.model_fields) - {"block", "filters", "blocks"}
    assert missing <= set(found)
    assert not {"block", "filters", "blocks", "epochs"} & set(found)
    assert " ".join(found["strides"].split()) == describe(Stage, "strides")


def test_the_kinds_of_a_layer_are_completed(edited):
    text = SPEC.replace("      @\n", "      entry:\n        - \n")
    found = edited.complete(edited.open("kinds.yaml", text), 13, 10)
    assert {"conv", "norm", "relu", "max_pool", "gate"} <= set(found)
    assert "adam" not in found


@pytest.mark.parametrize(
    ("place", "says"),
    [((9, 8), "block's `filters`"), ((4, 4), "Number of classes"), ((16, 4), "Passes over the training images")],
)
def test_a_key_under_the_mouse_is_explained(edited, place, says):
    assert says in edited.hover(edited.open("hover.yaml", SPEC.replace("@", "")), *place)


def test_an_unknown_key_is_underlined_where_our_own_error_stands(edited, tmp_path, monkeypatch):
    edited.open("wrong.yaml", SPEC.replace("@", ""))
    theirs = {(d["range"]["start"]["line"] + 1, d["range"]["start"]["character"] + 1) for d in edited.diagnostics}
    monkeypatch.chdir(tmp_path)
    Path("wrong.yaml").write_text(SPEC.replace("@", ""), encoding="utf-8")
    with pytest.raises(SpecErrors) as error:
        compile_spec("wrong.yaml")
    ours = {(d.span.line, d.span.column) for d in error.value.diagnostics}
    assert len(ours) == 3
    assert theirs == ours


def test_a_spec_without_a_fault_is_not_underlined(edited):
    right = SPEC.replace("      @\n", "").replace("      bloks: 2\n", "").replace("  epochz: 3\n", "")
    edited.open("right.yaml", right.replace("kernel: 3", "kernel_size: 3"))
    assert edited.diagnostics == []


def test_a_child_says_only_what_differs_and_a_spec_without_a_parent_is_complete(edited):
    head = SPEC.splitlines()[0]
    edited.open("child.yaml", f"{head}\nextends: resnet50\nmodel: {{classes: 7}}\n")
    assert edited.diagnostics == []
    edited.open("orphan.yaml", f"{head}\nname: orphan\nmodel: {{classes: 7}}\n")
    assert {d["message"] for d in edited.diagnostics} >= {'Missing property "input".', 'Missing property "stem".'}
