import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


def test_check_json_gives_the_seed_network(program):
    done = program("check", "eip4_week4", "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert found["ok"] is True
    assert found["spec"] == "eip4_week4"
    assert found["diagnostics"] == []
    assert found["params"] == {"total": 12_627_082, "trainable": 12_619_274, "non_trainable": 7_808}
    assert len(found["layers"]) == 67
    assert found["layers"][1] == {
        "name": "stem.conv1", "type": "Conv2D", "output_shape": [32, 32, 64], "params": 1792, "macs": 32 * 32 * 64 * 27,
        "inputs": ["input"],
    }  # fmt: skip
    assert json.loads(program("show", "eip4_week4", "--format", "json").stdout) == found


def test_check_json_of_a_bad_spec(program, tmp_path, tiny):
    (tmp_path / "net.yaml").write_text(tiny.replace("classes", "clases"))
    done = program("check", "net.yaml", "quickstart", "--json")
    assert done.returncode == 1
    bad, good = (json.loads(line) for line in done.stdout.splitlines())
    assert good["ok"] is True
    assert (bad["ok"], bad["params"]) == (False, None)
    (fault,) = bad["diagnostics"]
    assert (fault["code"], fault["file"], fault["line"], fault["column"]) == ("RS201", "net.yaml", 4, 3)
    assert "did you mean `classes`?" in fault["help"]


def test_a_count_that_differs_from_what_is_expected_exits_4(program, tmp_path, tiny):
    (tmp_path / "net.yaml").write_text(tiny + "expect: {total_params: 7}\n")
    done = program("check", "net.yaml")
    assert done.returncode == 4
    assert "7 is expected" in done.stderr
    done = program("build", "net.yaml", "-o", "out")
    assert done.returncode == 4
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("name", ["missing.yaml", "resnet51"])
def test_a_missing_spec_is_an_error_with_a_hint(program, name):
    done = program("check", name)
    assert done.returncode == 1
    assert f"`{name}`" in done.stderr
    assert "help" in done.stderr
    assert "Traceback" not in done.stderr


def test_usage_exits_2(program):
    assert program("check").returncode == 2
    assert program("chekc", "resnet50").returncode == 2


def test_a_word_that_is_no_choice_is_refused_in_plain_words(program):
    done = program("show", "quickstart", "--format", "png")
    assert done.returncode == 2
    assert "Invalid value for '--format': 'png' is not one of 'table', " in done.stderr


def test_every_command_has_help_with_an_example(program):
    verbs = ("check", "show", "build", "train", "export", "evaluate", "predict", "bench", "report", "zoo")
    for command in (*verbs, "explain", "schema"):
        done = program(command, "--help")
        assert done.returncode == 0
        assert f"resnet-spec {command}" in done.stdout


def test_hostile_names_are_shown_and_not_obeyed(program, tmp_path, tiny):
    text = tiny.replace("name: tiny", 'name: "\\e[31m<script>alert(1)</script>"').replace("classes: 3", "classes: 0")
    (tmp_path / "net.yaml").write_text(text + '"\\e]0;owned\\a": 1\n')
    done = program("check", "net.yaml")
    assert done.returncode == 1
    assert "\x1b" not in done.stderr
    assert "\\x1b]0;owned\\x07" in done.stderr


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_full_output_is_an_error_and_a_closed_one_is_not(tmp_path):
    code = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
    command = [sys.executable, "-c", code, "show", "resnet50"]
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    reader, writer = os.pipe()
    os.close(reader)
    done = subprocess.run(command, stdout=writer, stderr=subprocess.PIPE, text=True, timeout=60, check=False)
    os.close(writer)
    assert done.returncode == 0
    assert done.stderr == ""
