"""Format, lint, types and doors, so that one command does everything."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLACES = ["resnet_spec", "tests", "benchmarks", "docs"]


@pytest.mark.parametrize(
    "command",
    [["ruff", "format", "--check", *PLACES], ["ruff", "check", *PLACES], ["mypy"], ["lint-imports", "--no-cache"]],
    ids=["format", "lint", "types", "doors"],
)
def test_the_house_is_in_order(command):
    program = shutil.which(command[0], path=str(Path(sys.executable).parent))
    assert program, f"{command[0]} is not installed: pip install -e '.[dev]'"
    done = subprocess.run([program, *command[1:]], cwd=ROOT, capture_output=True, text=True, timeout=600, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
