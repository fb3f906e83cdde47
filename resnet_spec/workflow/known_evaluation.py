"""A run directory -> how well its weights do on the test images, if that was found out."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from resnet_spec.deploy.write_evaluation import TOLD
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.run_directory import RunDirectory


def known_evaluation(run: RunDirectory) -> Mapping[str, Any] | None:
    """Read the score of a finished training.

    Raises:
        InputError: `result.json` is not one that `train` wrote.
    """
    if not run.result.exists():
        return None
    try:
        result = json.loads(run.result.read_text(encoding="utf-8"))
        found = result.get("evaluation") if result["complete"] else None
        return None if found is None else {key: found[key] for key in TOLD}
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"`{run.result}` is damaged: {type(error).__name__}: {error}"
        raise InputError(
            Diagnostic(Code.RUN_DIRECTORY, message, None, "restore it from a copy, or delete it")
        ) from None
