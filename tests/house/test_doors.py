"""What a static tool cannot see: what a fresh interpreter really loads."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"tensorflow", "keras", "onnx", "onnxruntime", "tf2onnx", "numpy", "matplotlib", "sklearn", "PIL", "jinja2"}


def loaded(code):
    done = subprocess.run(
        [sys.executable, "-c", f"import sys\n{code}\nprint(*sys.modules)"],
        capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return HEAVY & {name.partition(".")[0] for name in done.stdout.splitlines()[-1].split()}


def test_the_command_line_loads_nothing_heavy():
    assert loaded("import resnet_spec.cli") == set()


@pytest.mark.parametrize(
    "command", ["check resnet50", "show resnet50", "render resnet50 --origin", "diff resnet18 resnet50", "doctor"]
)
def test_checking_loads_nothing_heavy(command):
    code = f"sys.argv = ['resnet-spec', *'{command}'.split()]\nfrom resnet_spec.cli import main\n"
    assert loaded(code + "try:\n    main()\nexcept SystemExit as stop:\n    assert not stop.code") == set()


def test_the_probe_sees_what_is_loaded():
    assert loaded("import numpy") == {"numpy"}


def test_using_a_network_loads_no_training_framework():
    rooms = ["deploy.open_classifier", "deploy.predict", "deploy.evaluate", "deploy.bench", "data.load_dataset",
             "report.render_html", "workflow.report_run"]  # fmt: skip
    code = "\n".join(f"import resnet_spec.{room}" for room in rooms) + "\nimport onnxruntime"
    assert not {"tensorflow", "keras", "tf2onnx"} & loaded(code)


@pytest.mark.parametrize("word", ["pickle.load", "load_model(", " eval(", " exec(", "allow_pickle=True"])
def test_nothing_executes_what_it_reads(word):
    found = [path.name for path in (ROOT / "resnet_spec").rglob("*.py") if word in path.read_text(encoding="utf-8")]
    assert found == [], f"`{word}` in {found}"
