"""A run directory -> what its training found out that a later export must agree with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from resnet_spec.deploy.write_evaluation import TOLD
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.run_directory import RunDirectory


@dataclass(frozen=True, slots=True)
class Known:
    """None where a run does not say it, as an imported one."""

    class_names: tuple[str, ...] | None = None
    """Of the training's images, in order."""
    evaluation: Mapping[str, Any] | None = None
    """The score of a finished training on its test images."""


def known_result(run: RunDirectory) -> Known:
    """Read it.

    Raises:
        InputError: `result.json` is not one that `train` wrote.
    """
    if not run.result.exists():
        return Known()
    try:
        result = json.loads(run.result.read_text(encoding="utf-8"))
        found = result.get("evaluation") if result["complete"] else None
        return Known(tuple(result["data"]["class_names"]), found and {key: found[key] for key in TOLD})
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        message = f"`{run.result}` is damaged: {type(error).__name__}: {error}"
        raise InputError(
            Diagnostic(Code.RUN_DIRECTORY, message, None, "restore it from a copy, or delete it")
        ) from None
