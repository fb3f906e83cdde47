"""A run directory or an ONNX file -> the ONNX file."""

from __future__ import annotations

from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def onnx_of(model: Path) -> Path:
    """Give the file of a run directory, or the file itself.

    Raises:
        InputError: the run has none yet.
    """
    if not model.is_dir():
        return model
    path = model / "model.onnx"
    if not path.exists():
        help = f"a finished `train` has made it; from the weights so far: `resnet-spec export {model} -o {path}`"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, f"`{model}` has no model.onnx", None, help))
    return path
