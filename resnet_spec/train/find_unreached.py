"""How a network learns, and for how long -> settings that come after the end: nothing is ignored without a line.

They are no fault, for a recipe is tried out with fewer epochs than it is for.
"""

from __future__ import annotations

from collections.abc import Iterator

from resnet_spec.spec.schedule import MultiStep, OneCycle, Step, Steps, Time
from resnet_spec.spec.train import Epochs, Train


def find_unreached(train: Train, steps: int) -> list[str]:
    """Say of each time that is never reached what comes of it.

    Args:
        train: its schedule, groups, sizes of images and epochs.
        steps: of an epoch.
    """
    found = (*_times(train, steps), *_spans(train), *_sizes(train))
    return [f"never reached in {_shown(train.epochs)}: {line}" for line in found]


def _times(train: Train, steps: int) -> Iterator[str]:
    schedule, run = train.schedule, train.epochs * steps

    def late(time: Time) -> bool:
        return (time.steps if isinstance(time, Steps) else time * steps) >= run

    if isinstance(schedule, MultiStep):
        for time in filter(late, schedule.milestones):
            yield f"the milestone at {_shown(time)} of `train.schedule`"
    if isinstance(schedule, Step) and late(schedule.every):
        yield f"the first drop of `train.schedule`, after {_shown(schedule.every)}"
    if not isinstance(schedule, OneCycle) and late(schedule.warmup):
        yield f"the end of the warm-up of `train.schedule`, after {_shown(schedule.warmup)}"


def _spans(train: Train) -> Iterator[str]:
    for group in train.groups:
        span = group.trainable
        if isinstance(span, Epochs) and span.from_epoch > train.epochs:
            yield f"epoch {span.from_epoch}, from which `{group.match}` of `train.groups` is trained"
        elif isinstance(span, Epochs) and (span.until_epoch or 0) > train.epochs:
            yield f"epoch {span.until_epoch}, until which `{group.match}` of `train.groups` is trained"


def _sizes(train: Train) -> Iterator[str]:
    spans = train.progressive_resizing
    for place, span in enumerate(spans, 1):
        if span.until_epoch >= train.epochs:
            size = "{}x{}".format(*spans[place].sides) if place < len(spans) else "the input's size"
            yield f"epoch {span.until_epoch + 1}, from which `train.progressive_resizing` has images of {size}"


def _shown(time: Time) -> str:
    count, unit = (time.steps, "step") if isinstance(time, Steps) else (time, "epoch")
    return f"{count:g} {unit}{'' if count == 1 else 's'}"
