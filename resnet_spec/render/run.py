"""A finished run -> the lines that end `train`."""

from __future__ import annotations

import json
from pathlib import Path
from shlex import quote
from typing import Any

from resnet_spec.render.console import err, let_go, out
from resnet_spec.render.printable import printable
from resnet_spec.train.run_directory import RunDirectory


def print_run(run: RunDirectory) -> None:
    """Print what came of a run, and what to do with it."""
    result = json.loads(run.result.read_text(encoding="utf-8"))
    evaluation, verification = result["evaluation"], result["verification"]
    lines = [
        f"test accuracy {evaluation['accuracy']:.2%} on {evaluation['images']:,} images, by the ONNX file",
        *_views(result),
        f"ONNX verified: logits within {verification['max_relative']:.1e} of Keras's "
        f"(limit {verification['tolerance']:.0e}) on {verification['images']} real images",
        f"trained in {result['seconds']:.1f} s",
        "",
        f"report:   {printable(str(run.path))}/report.html",
        f"predict:  resnet-spec predict {_word(run.onnx)} IMAGE...",
        f"evaluate: resnet-spec evaluate {_word(run.path)}",
    ]
    out().print("\n".join(lines), soft_wrap=True)


def _views(result: dict[str, Any]) -> list[str]:
    found = result.get("evaluation_of_views")
    return [f"{found['accuracy']:.2%} with the test-time views that the spec asks for"] if found else []


def print_stopped(run: RunDirectory) -> None:
    """Say how a run that was told to stop goes on."""
    path = _word(run.path)
    err().print(f"stopped, and saved: `resnet-spec train {path} --resume` goes on from here", soft_wrap=True)
    if run.weights.exists():
        err().print(f"the best weights so far are kept: `resnet-spec export {path} -o model.onnx`", soft_wrap=True)


def print_cut(run: RunDirectory) -> None:
    """Say how a run goes on whose process ends at once; nothing else of it may be waited for."""
    path = _word(run.path)
    if run.spec.exists():
        let_go(f"stopped at once: `resnet-spec train {path} --resume` goes on after the last checkpoint\n")
    else:
        let_go(f"stopped at once, before the first step: begin it as before, with `--run {path} --resume`\n")


def _word(path: Path) -> str:
    return quote(printable(str(path)))
