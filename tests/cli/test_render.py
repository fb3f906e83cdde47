import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.diagnostic import Source
from resnet_spec.document import parse


@pytest.fixture
def onnx_file(tmp_path):
    """Give a function that writes an ONNX file for the `tiny` spec (not its network), carrying a spec's text."""

    def make(spec):
        import numpy as np
        from onnx import TensorProto, helper, numpy_helper

        from resnet_spec.deploy.description import Description
        from resnet_spec.deploy.write_description import write_description

        graph = helper.make_graph(
            [
                helper.make_node("Flatten", ["image"], ["flat"]),
                helper.make_node("Gemm", ["flat", "kernel"], ["logits"]),
                helper.make_node("Softmax", ["logits"], ["probabilities"], axis=1),
            ],
            "tiny",
            [helper.make_tensor_value_info("image", TensorProto.FLOAT, ["batch", 8, 8, 1])],
            [
                helper.make_tensor_value_info(name, TensorProto.FLOAT, ["batch", 3])
                for name in ("logits", "probabilities")
            ],
            [numpy_helper.from_array(np.zeros((64, 3), np.float32), "kernel")],
        )
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        described = Description(spec, ("a", "b", "c"), (8, 8, 1), "none", "0.1.0")
        (tmp_path / "model.onnx").write_bytes(write_description(model.SerializeToString(), described, None))

    return make


def test_the_resolved_spec_needs_nothing_else(program, tmp_path, tiny):
    (tmp_path / "base.yaml").write_text(tiny)
    (tmp_path / "net.yaml").write_text("extends: base.yaml\nname: child\n")
    done = program("render", "net.yaml", "--set", "model.classes=5")
    assert done.returncode == 0, done.stderr
    assert "extends" not in done.stdout
    found = parse(Source("", done.stdout)).value
    assert (found["name"], found["model"]["classes"], "basic" in found["model"]["blocks"]) == ("child", 5, True)
    (tmp_path / "again.yaml").write_text(done.stdout)
    assert program("render", "again.yaml").stdout == done.stdout


def test_origin_names_the_place_of_every_value(program, tmp_path, tiny):
    (tmp_path / "base.yaml").write_text(tiny)
    (tmp_path / "net.yaml").write_text("extends: base.yaml\nname: child\n")
    settings = ("--set", "model.stages.0.filters=6")
    done = program("render", "net.yaml", *settings, "--origin")
    assert done.returncode == 0, done.stderr
    lines = {line.partition("#")[0].strip(): line.partition("#")[2].strip() for line in done.stdout.splitlines()}
    assert lines["name: child"] == "net.yaml:2"
    assert lines["classes: 3"] == "base.yaml:4"
    assert lines["filters: 6"] == "--set"
    assert lines["project: shape_changes"].startswith("shipped block basic:")
    shipped = program("render", "resnext50_32x4d", "--origin").stdout
    assert "  # shipped spec resnet18:5\n" in shipped
    assert len({line.index("  # ") for line in done.stdout.splitlines() if "  # " in line}) == 1
    plain = program("render", "net.yaml", *settings)
    assert parse(Source("", done.stdout)).value == parse(Source("", plain.stdout)).value


def test_a_file_name_cannot_break_out_of_its_comment(program, tmp_path, tiny):
    (tmp_path / "a\nname: b\x1b[31m.yaml").write_text(tiny)
    done = program("render", "a\nname: b\x1b[31m.yaml", "--origin")
    assert done.returncode == 0, done.stderr
    assert parse(Source("", done.stdout)).value["name"] == "tiny"
    assert "\x1b" not in done.stdout


def test_an_onnx_file_gives_its_spec_back(program, tmp_path, tiny, onnx_file):
    (tmp_path / "net.yaml").write_text(tiny)
    text = compile_spec(str(tmp_path / "net.yaml")).text
    onnx_file(text)
    assert program("render", "model.onnx").stdout == text == program("render", "net.yaml").stdout
    assert "name: tiny" in program("render", "model.onnx", "--origin").stdout
    changed = program("render", "model.onnx", "--set", "model.classes=4")
    assert parse(Source("", changed.stdout)).value["model"]["classes"] == 4


@pytest.mark.parametrize(("name", "code"), [("missing.onnx", 3), ("bad.onnx", 3), ("missing.yaml", 1), ("bad.yaml", 1)])
def test_what_cannot_be_rendered(program, tmp_path, name, code):
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    (tmp_path / "bad.yaml").write_text("name: x\n")
    done = program("render", name)
    assert done.returncode == code
    assert done.stdout == ""
    assert "Traceback" not in done.stderr


def test_a_spec_in_an_onnx_file_is_held_to_the_language(program, onnx_file):
    onnx_file("name: tiny\n")
    done = program("render", "model.onnx")
    assert done.returncode == 1
    assert "model.onnx" in done.stderr


def test_help_has_an_example(program):
    for command in ("render", "diff", "init", "doctor"):
        assert f"resnet-spec {command} " in program(command, "--help").stdout.partition("Example:")[2]
