"""A checkpoint and what is asked for now -> what will not be as if the run had been asked for so from the beginning.

All of it is allowed; none of it is to go unnoticed.
"""

from __future__ import annotations

from collections.abc import Iterator

from resnet_spec.spec.train import Lookahead, Train
from resnet_spec.train.checkpoint import Checkpoint
from resnet_spec.train.schedule import Rate
from resnet_spec.train.state import Progress
from resnet_spec.workflow.take_up import monitored, train_before


def changed_plan(found: Checkpoint, now: Train, steps: int) -> Iterator[str]:
    """Say what changes at this point of the run, a line each.

    Args:
        found: what the run goes on from.
        now: how it goes on.
        steps: of an epoch.
    """
    progress, before = found.state.progress, train_before(found)
    made = (progress.epoch - 1) * steps + progress.step
    epochs = f"`train.epochs` was {before.epochs}, and is {now.epochs}"
    if made and _rates(before, steps, progress, made) != _rates(now, steps, progress, made):
        old, new = (_rates(train, steps, progress, made)[-1] for train in (before, now))
        tag = now.schedule.tag
        jump = f"THE LEARNING RATE JUMPS here to {new:.3g}, where it was {old:.3g}"
        yield f"{jump}: `{tag}` reaches to the last epoch, and {epochs}"
    if made and before.epochs != now.epochs and isinstance(now.average, Lookahead) and now.average.ramp:
        yield f"THE SLOW WEIGHTS' SHARE JUMPS here: the ramp of `lookahead` reaches to the last epoch, and {epochs}"
    if progress.epochs and (metric := monitored(now)) != monitored(before) and metric is not None:
        looked = f"looked at `{monitored(before)}`" if monitored(before) else "was off"
        yield f"early stopping looks at `{metric}` from here on, where it {looked}: it counts anew"
    # Once a step of the next epoch is made, this has been said.
    if progress.left_out and not progress.step and progress.epoch <= now.epochs:
        cut = f"epoch {progress.epoch - 1} lacks its last {progress.left_out} steps"
        yield f"{cut}, which `train.max_minutes` cut off: they are not made up for"


def _rates(train: Train, steps: int, progress: Progress, made: int) -> tuple[float, float]:
    """Give the rate of the step before, and of the one to come."""
    rate = Rate(train.schedule, steps, train.epochs)
    return rate.at(made - 1, progress.rate), rate.at(made, progress.rate)
