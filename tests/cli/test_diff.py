import json


def test_what_changed_and_what_it_does(program):
    done = program("diff", "resnet20", "resnet20", "--set", "model.classes=100", "--set", "model.stages.2.blocks=4")
    assert done.returncode == 0, done.stderr
    for said in (
        "~ model.classes: 10 -> 100",
        "~ model.stages[2].blocks:",
        "+79,834",
        "layers: 7 added, 2 changed",
        "stage3.block4.conv1    added",
        "10 -> 100",
        "weights: 95 of 107 arrays fit",
        "270,448 of 351,188 parameters carry over (77.0%)",
        "head.dense1.kernel 64 x 10 -> 64 x 100",
    ):
        assert said in done.stdout


def test_many_layers_are_summed_up_by_stage_in_order(program):
    done = program("diff", "resnet18", "resnet50")
    assert done.returncode == 0, done.stderr
    table = done.stdout.partition("other shape")[2].splitlines()[1:6]
    assert [row.split()[0] for row in table] == ["stage1", "stage2", "stage3", "stage4", "head"]
    growth = sum(int(row.split()[-1].replace(",", "")) for row in table)
    assert f"{growth:+,}" in done.stdout.partition("total params")[2].splitlines()[0]


def test_json_says_it_all(program):
    done = program("diff", "resnet18", "resnet50", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert (found["ok"], found["diagnostics"]) == (True, [])
    assert {"change": "changed", "path": "model.stages[0].blocks", "old": 2, "new": 3} in found["spec"]
    assert found["cost"]["trainable_params"] == {"old": 11_689_512, "new": 25_557_032}
    first = found["layers"][0]
    assert first["name"] == "stage1.block1.conv1"
    assert first["what"] == ["params", "macs", "settings"][:2]
    assert first["old"]["output_shape"] == first["new"]["output_shape"] == [56, 56, 64]
    weights = found["weights"]
    assert weights["fitting"]["stem.conv1.kernel"] == [7, 7, 3, 64]
    assert weights["reshaped"]["head.dense1.kernel"] == {"old": [512, 1000], "new": [2048, 1000]}
    assert weights["fitting_share"] == weights["fitting_params"] / 25_610_152
    assert "stage1.block1.conv3.kernel" in weights["only_new"]


def test_equal_specs_and_equal_networks_are_said(program, tmp_path, tiny):
    (tmp_path / "a.yaml").write_text(tiny)
    (tmp_path / "b.yaml").write_text("# another file\n" + tiny)
    done = program("diff", "a.yaml", "b.yaml")
    assert done.returncode == 0
    assert "the specs say the same" in done.stdout
    assert "the networks are the same" in done.stdout
    done = program("diff", "a.yaml", "b.yaml", "--set", 'name="\\e[31m"')
    assert "\x1b" not in done.stdout
    assert "the specs say the same" not in done.stdout
    assert "the networks are the same" in done.stdout
    assert json.loads(program("diff", "a.yaml", "b.yaml", "--json").stdout)["spec"] == []


def test_a_spec_that_is_wrong_has_no_difference(program, tmp_path):
    (tmp_path / "bad.yaml").write_text("name: x\n")
    done = program("diff", "resnet20", "bad.yaml")
    assert done.returncode == 1
    assert done.stdout == ""
    assert "bad.yaml" in done.stderr


def test_json_of_a_spec_that_is_wrong_says_what_check_says(program, tmp_path, tiny):
    (tmp_path / "bad.yaml").write_text(tiny.replace("classes", "clases"))
    (tmp_path / "worse.yaml").write_text("name: x\n")
    expected = {}
    for name in ("bad.yaml", "worse.yaml"):
        expected[name] = json.loads(program("check", name, "--json").stdout)["diagnostics"]
    for old, new in (("resnet20", "bad.yaml"), ("bad.yaml", "resnet20"), ("bad.yaml", "worse.yaml")):
        done = program("diff", old, new, "--json")
        assert done.returncode == 1
        assert done.stderr == ""
        found = json.loads(done.stdout)
        assert (found["old"], found["new"], found["ok"], found["cost"]) == (old, new, False, None)
        assert found["diagnostics"] == [*expected.get(old, []), *expected.get(new, [])]
    assert program("diff", "bad.yaml", "bad.yaml").stderr.count("error[RS201]") == 1


def test_json_of_an_onnx_file_that_is_none_exits_3(program, tmp_path):
    (tmp_path / "bad.onnx").write_bytes(b"no network")
    done = program("diff", "bad.onnx", "resnet20", "--json")
    assert done.returncode == 3
    (fault,) = json.loads(done.stdout)["diagnostics"]
    assert "bad.onnx" in fault["message"]
