"""What every test room shares: compiling text as a spec file, and running the program as a stranger would."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from resnet_spec.compile import Compiled, compile_spec

# The same examples every time, so that a failure is a change's own; `--hypothesis-profile=default` looks for others.
settings.register_profile("fixed", derandomize=True, database=None)
settings.load_profile("fixed")

TINY = """\
name: tiny
model:
  input: {shape: [8, 8, 1]}
  classes: 3
  stem:
    - conv: {filters: 4}
    - norm
    - activation
  stages:
    - {block: basic, filters: 4, blocks: 1}
    - {block: basic, filters: 8, blocks: 1, strides: 2}
  head:
    - global_avg_pool
    - dense: {activation: softmax}
"""


@pytest.fixture
def tiny() -> str:
    """A small valid spec, to be changed by a test."""
    return TINY


@pytest.fixture
def compile_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Compiled]:
    """Compile text as the file `net.yaml` of an empty working directory."""
    monkeypatch.chdir(tmp_path)

    def compile_it(text: str, *settings: str) -> Compiled:
        Path("net.yaml").write_text(text, encoding="utf-8")
        return compile_spec("net.yaml", settings)

    return compile_it


@pytest.fixture
def program(tmp_path: Path) -> Callable[..., subprocess.CompletedProcess[str]]:
    """Run `resnet-spec` as a process of its own, in an empty working directory."""

    def run(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        code = "import sys; from resnet_spec.cli import main; sys.argv[0] = 'resnet-spec'; main()"
        return subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=tmp_path, capture_output=True, text=True, timeout=900, check=False,
            env={**os.environ, "COLUMNS": "120", **environment},
        )  # fmt: skip

    return run
