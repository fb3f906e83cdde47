"""Folder and name -> the folder of a model in a repository of Triton Inference Server, which is not there yet."""

from __future__ import annotations

import re
from pathlib import Path

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def choose_model_folder(folder: Path, name: str) -> Path:
    """Give the model's own folder; of its name, letters, digits, `_`, `-` and `.` are kept, and all else becomes `_`.

    Raises:
        InputError: it is taken.
    """
    model = folder / (re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("._") or "model")
    if model.is_symlink() or model.exists():
        help = "give another DIR, or delete it"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, f"`{model}` already exists, and is left as it is", None, help))
    return model
