"""A checkpoint, and how its run goes on -> the turn that the run takes there."""

from __future__ import annotations

from resnet_spec.spec.train import Train
from resnet_spec.train.checkpoint import Checkpoint, Identity
from resnet_spec.train.past import Turn
from resnet_spec.workflow.changed_plan import changed_plan
from resnet_spec.workflow.environment import changed_environment
from resnet_spec.workflow.take_up import train_before


def find_turn(found: Checkpoint, now: Identity, train: Train, steps: int) -> Turn:
    """Hold what a run was planned to do, and where, against how it goes on; the turn is empty where nothing changed.

    Args:
        found: what the run goes on from.
        now: which run it is now.
        train: how it learns from here on.
        steps: of an epoch.
    """
    progress, before = found.state.progress, train_before(found)
    environment = changed_environment(found.identity.environment, now.environment)
    over = progress.epoch > before.epochs and not progress.step and not progress.left_out
    return Turn(
        progress.epoch,
        progress.step,
        before.epochs,
        ended=over and before.early_stopping == train.early_stopping,
        plan=tuple(changed_plan(found, train, steps)),
        environment=tuple(environment),
    )
