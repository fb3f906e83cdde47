"""Every bad document's whole output is pinned: an unclear message is a bug, and shows up here as a diff to read."""

import subprocess
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).parent / "bad"
DOCUMENTS = sorted(HERE.glob("*.yaml"))


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.stem)
def test_what_is_said_of_a_bad_document(document, capfd, monkeypatch):
    monkeypatch.chdir(HERE)
    code = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
    done = subprocess.run(
        [sys.executable, "-c", code, "check", document.name], capture_output=True, text=True, timeout=60, check=False
    )
    assert done.stdout == ""
    assert f"{done.stderr}exit {done.returncode}\n" == document.with_suffix(".txt").read_text(encoding="utf-8")
