"""A checkpoint and what is asked for now -> the state to go on from."""

from __future__ import annotations

from dataclasses import replace

from resnet_spec.compile import Compiled, compile_text
from resnet_spec.spec.train import Train
from resnet_spec.train.checkpoint import Checkpoint
from resnet_spec.train.state import Patience, State
from resnet_spec.workflow.sections import sections


def take_up(found: Checkpoint, compiled: Compiled) -> State:
    """Give a checkpoint's state; where early stopping looks at another metric now, it has counted nothing yet."""
    before, now = (monitored(train) for train in (train_before(found), sections(compiled)[1]))
    if before == now:
        return found.state
    return replace(found.state, progress=replace(found.state.progress, patience=Patience()))


def train_before(found: Checkpoint) -> Train:
    """Give the settings that a checkpoint's run was trained with."""
    return sections(compile_text(found.identity.spec, "the checkpoint's spec"))[1]


def monitored(train: Train) -> str | None:
    """Give the metric that early stopping looks at, if it does."""
    return train.early_stopping.monitor if train.early_stopping else None
