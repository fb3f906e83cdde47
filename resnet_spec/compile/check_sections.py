"""Spec -> diagnostics: settings that are right alone and cannot be meant together."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from resnet_spec.diagnostic import Code, Diagnostic, Path
from resnet_spec.document import Document
from resnet_spec.lower import StandIns
from resnet_spec.spec import Spec
from resnet_spec.spec.data import Data
from resnet_spec.spec.export import Export
from resnet_spec.spec.optimizer import Muon, Sgd
from resnet_spec.spec.schedule import MultiStep, OneCycle, Plateau, Steps
from resnet_spec.spec.train import Train

_Finding = tuple[str, Path, str, tuple[Path, ...]]
"""What is wrong, where, what to do, and what else of the spec that depends on."""
_INPUT: Path = ("model", "input")
_OPTIMIZER: Path = ("train", "optimizer")
_EPOCHS: Path = ("train", "epochs")


def check_sections(spec: Spec, document: Document, stand_ins: StandIns) -> list[Diagnostic]:
    """Find sections that contradict each other, at the setting that is easier to change; stand-ins contradict none."""
    found: list[_Finding] = []
    if spec.data is not None:
        found += _channels(spec.data, spec.model.input.shape[2])
        found += _resizing(spec.data, spec.export, spec.model.input.shape[2])
    if spec.train is not None:
        found += _schedule(spec.train)
        found += _accumulation(spec.train)
        found += _nesterov(spec.train)
    return [
        Diagnostic(Code.CONFLICT, message, document.span(path), help)
        for message, path, help, others in found
        if not any(stand_ins.touches(place) for place in (path, *others))
    ]


def _channels(data: Data, channels: int) -> Iterator[_Finding]:
    path: Path = ("data", "normalize")
    for key, values in (("mean", data.normalize.mean), ("std", data.normalize.std)):
        if len(values) not in (1, channels):
            message = f"`data.normalize.{key}` has {len(values)} numbers for an input of {_channels_of(channels)}"
            yield (
                message,
                (*path, key),
                "write a list of one number" + (f", or of {channels}" if channels > 1 else ""),
                (_INPUT,),
            )
    if data.normalize.channel_order == "bgr" and channels != 3:
        message = f"`data.normalize.channel_order` is `bgr` for an input of {_channels_of(channels)}"
        yield message, (*path, "channel_order"), "leave it out: only colours have an order", (_INPUT,)


def _resizing(data: Data, export: Export, channels: int) -> Iterator[_Finding]:
    if export.input.resize != "file":
        return
    path: Path = ("export", "input", "resize")
    if channels not in (1, 3):
        message = f"the file is to resize images of {_channels_of(channels)}: only grey (1) and RGB (3) are resized"
        yield message, path, "leave it out: whoever calls the file gives images of the input's size", (_INPUT,)
    elif data.resize == "none":
        message = "the file is to resize images, but `data.resize` is `none`"
        yield message, path, "set `data.resize` to `stretch` or `crop`", (("data", "resize"),)


def _channels_of(count: int) -> str:
    return f"{count} channel{'s' if count != 1 else ''}"


def _schedule(train: Train) -> Iterator[_Finding]:
    path: Path = ("train", "schedule")
    rate, schedule = train.optimizer.learning_rate, train.schedule
    if isinstance(schedule, Plateau) and schedule.min_lr > rate:
        message = f"`min_lr` is {schedule.min_lr:g}, above the learning rate that the schedule starts from, {rate:g}"
        help = "use a `min_lr` below the optimizer's `learning_rate`"
        yield message, (*path, "plateau", "min_lr"), help, (_OPTIMIZER,)
    if isinstance(schedule, MultiStep):
        yield from _milestones(schedule, (*path, "multi_step", "milestones"))
    if isinstance(schedule, OneCycle) or isinstance(schedule.warmup, Steps):
        return
    if schedule.warmup > train.epochs:
        message = (
            f"the learning rate rises for {schedule.warmup:g} epochs of {train.epochs}, and never reaches its height"
        )
        yield message, (*path, schedule.tag, "warmup"), "use less `warmup`, or more `epochs`", (_EPOCHS,)


def _milestones(schedule: MultiStep, path: Path) -> Iterator[_Finding]:
    """Compare epochs with epochs and steps with steps: how many of these are one of those, only the images say."""
    steps = [(place, time.steps) for place, time in enumerate(schedule.milestones) if isinstance(time, Steps)]
    epochs = [(place, time) for place, time in enumerate(schedule.milestones) if not isinstance(time, Steps)]
    for unit, times in (("step", steps), ("epoch", epochs)):
        for (_, before), (place, time) in pairwise(times):
            if time <= before:
                message = f"the milestone at {unit} {time:g} follows the one at {unit} {before:g}"
                yield message, (*path, place), "write each time once, the earliest first", ()


def _accumulation(train: Train) -> Iterator[_Finding]:
    parts = train.gradient_accumulation_steps
    if train.batch_size % parts:
        message = f"a batch of {train.batch_size} images cannot be run in {parts} equal parts"
        help = f"use a `batch_size` that is a multiple of {parts}"
        yield message, ("train", "gradient_accumulation_steps"), help, (("train", "batch_size"),)


def _nesterov(train: Train) -> Iterator[_Finding]:
    """Find what Keras passes over: how momentum is applied where there is none."""
    groups = ((("train", "groups", place, "optimizer"), group.optimizer) for place, group in enumerate(train.groups))
    said: list[tuple[Path, object]] = [(_OPTIMIZER, train.optimizer), *groups]
    for path, optimizer in said:
        if not isinstance(optimizer, Sgd | Muon) or optimizer.momentum or not optimizer.nesterov:
            continue
        if "nesterov" in optimizer.model_fields_set:
            message = "`nesterov` says how momentum is applied, and there is none: `momentum` is 0"
            own = (*path, optimizer.tag)
            help = "set `momentum`, such as 0.9, or leave `nesterov` out"
            yield message, (*own, "nesterov"), help, ((*own, "momentum"),)
