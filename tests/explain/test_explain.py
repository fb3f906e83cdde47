"""Every code has a page whose example fails and whose mended example does not, and is pinned by a test."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec, hold_expectations
from resnet_spec.diagnostic import Code, Failure, InputError
from resnet_spec.explain import explain

ROOT = Path(__file__).parents[2]
BAD = ROOT / "tests" / "golden" / "bad"
OF_A_SPEC = [code for code in Code if code.value < "RS4"]

# What no spec alone can raise: the test that asserts it, or a provocation below.
ASSERTED = {
    Code.SPEC_NOT_FOUND: "document/test_read_source.py::test_a_pipe_and_a_device_do_not_hang",
    Code.OVERRIDE: "document/test_override.py::test_a_setting_that_cannot_be_applied",
    Code.DATA_NOT_FOUND: "data/test_cifar.py::test_missing_and_unreadable_paths",
    Code.DATA_LAYOUT: "data/test_image_folder.py::test_faults_of_the_layout_are_named",
    Code.DATA_IMAGE: "data/test_image_folder.py::test_bad_images_stop_or_are_skipped_and_listed",
    Code.DATA_ARCHIVE: "data/test_image_folder.py::test_a_file_that_is_no_archive",
    Code.DATA_CHECKSUM: "data/test_cifar.py::test_the_checksum_is_checked_each_time",
    Code.DATA_MISMATCH: "data/test_load_dataset.py::test_everything_wrong_is_said_at_once",
    Code.NOT_FINITE: "deploy/test_score.py::test_nan_is_not_scored",
    Code.ENVIRONMENT: "data/test_cifar.py::test_a_cache_that_cannot_be_written",
    Code.EXPORT_PARITY: "deploy/test_verify_onnx.py::test_one_perturbed_weight",
    Code.EXPORT_INVALID: "deploy/test_verify_onnx.py::test_dropped_node_that_leaves_a_hole",
    Code.ONNX_INVALID: "deploy/test_open_classifier.py::test_network_that_stops_while_running",
    Code.INPUT_REFUSED: "deploy/test_predict.py::test_refused_arrays",
    Code.RUN_DIRECTORY: "explain/test_explain.py::test_what_is_there_is_left_as_it_is",
    Code.WEIGHTS: "explain/test_explain.py::test_a_file_that_holds_no_weights",
    Code.ACCURACY_DROP: "deploy/test_reduce_precision.py::test_too_much_loss_is_refused",
    Code.COUNTS_DIFFER: "explain/test_explain.py::test_a_model_that_is_not_its_graph",
}


@pytest.mark.parametrize("code", Code)
def test_every_code_has_a_page(code):
    page = explain(code)
    assert page.title
    assert len(page.meaning.split()) >= 8
    assert len(page.markdown) < 1500
    assert not page.examples or len({example.text for example in page.examples}) == 2
    assert len(page.examples) == 2 or code not in OF_A_SPEC


def test_no_page_is_left_of_a_code_that_is_gone():
    kept = {path.stem for path in (ROOT / "resnet_spec" / "explain").glob("*.md")}
    assert kept == set(Code)


@pytest.mark.parametrize("code", OF_A_SPEC)
def test_the_example_fails_with_the_code_and_the_mended_one_passes(code, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    wrong, right = explain(code).examples
    assert code in codes_of(wrong)
    assert codes_of(right) == []


def codes_of(example):
    if example.language == "sh":
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        environment = {**os.environ, "PATH": path}
        done = subprocess.run(
            ["bash", "-c", example.text], capture_output=True, text=True, timeout=120, env=environment, check=False
        )
        assert "Traceback" not in done.stderr
        assert bool(done.returncode) == bool(done.stderr)
        return re.findall(r"error\[(RS\d+)\]", done.stderr)
    Path("net.yaml").write_text(example.text, encoding="utf-8")
    try:
        hold_expectations(compile_spec("net.yaml"))
    except Failure as failure:
        return [fault.code for fault in failure.diagnostics]
    return []


@pytest.mark.parametrize("code", [code for code in OF_A_SPEC if code not in ASSERTED])
def test_every_fault_of_a_spec_has_a_pinned_bad_document(code):
    pinned = [path.name for path in BAD.glob("*.txt") if f"error[{code}]" in path.read_text(encoding="utf-8")]
    assert pinned, f"no document in {BAD} shows {code}"


@pytest.mark.parametrize("code", [code for code in Code if code not in OF_A_SPEC or code in ASSERTED])
def test_every_other_fault_is_asserted_by_the_test_that_is_named_here(code):
    file, _, name = ASSERTED[code].partition("::")
    text = (ROOT / "tests" / file).read_text(encoding="utf-8")
    (test,) = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == name]
    parts = [test, *test.decorator_list]
    named = {node.attr for part in parts for node in ast.walk(part) if isinstance(node, ast.Attribute)}
    assert code.name in named


def test_what_is_there_is_left_as_it_is(tmp_path):
    from resnet_spec.workflow.refuse_existing import refuse_existing

    with pytest.raises(InputError) as error:
        refuse_existing(tmp_path)
    assert error.value.diagnostics[0].code is Code.RUN_DIRECTORY


def test_a_file_that_holds_no_weights(tmp_path):
    from resnet_spec.weights.weights_file import read_weights

    (tmp_path / "best.weights").write_bytes(b"not weights")
    with pytest.raises(InputError) as error:
        read_weights(tmp_path / "best.weights", {})
    assert error.value.diagnostics[0].code is Code.WEIGHTS


def test_a_model_that_is_not_its_graph():
    keras = pytest.importorskip("keras")
    from resnet_spec.backends.check_keras import check_keras
    from resnet_spec.diagnostic import CheckFailed

    graph = compile_spec("quickstart").graph
    inputs = keras.Input(graph.input.shape, name=graph.input.name)
    others = [keras.layers.Identity(name=node.name)(inputs) for node in graph if node.name != graph.input.name]
    with pytest.raises(CheckFailed) as error:
        check_keras(keras.Model(inputs, others), graph)
    assert error.value.diagnostics[0].code is Code.COUNTS_DIFFER


@pytest.mark.parametrize("word", ["RS201", "rs201"])
def test_explain_prints_a_page_as_plain_text(program, word):
    done = program("explain", word)
    assert done.returncode == 0
    assert done.stdout.startswith("RS201: unknown key\n")
    assert "    train: {epoch: 5}\n" in done.stdout
    assert "```" not in done.stdout


def test_explain_lists_every_code(program):
    done = program("explain")
    assert [line.split()[0] for line in done.stdout.splitlines()] == list(Code)


def test_an_unknown_code_is_a_usage_error_with_a_guess(program):
    done = program("explain", "RS2011")
    assert done.returncode == 2
    assert "did you mean `RS201`?" in done.stderr
    assert "Traceback" not in done.stderr
