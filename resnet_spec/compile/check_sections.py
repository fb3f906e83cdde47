"""Spec -> diagnostics: settings that are right alone and cannot be meant together."""

from __future__ import annotations

from collections.abc import Iterator

from resnet_spec.diagnostic import Code, Diagnostic, Path
from resnet_spec.document import Document
from resnet_spec.lower import StandIns
from resnet_spec.spec import Spec
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Cosine, Plateau, Train

_Finding = tuple[str, Path, str]


def check_sections(spec: Spec, document: Document, stand_ins: StandIns) -> list[Diagnostic]:
    """Find sections that contradict each other, at the setting that is easier to change; stand-ins contradict none."""
    found: list[_Finding] = []
    if spec.data is not None and not stand_ins.covers(("model", "input")):
        found += _channels(spec.data, spec.model.input.shape[2])
    if spec.train is not None:
        found += _schedule(spec.train)
    return [Diagnostic(Code.CONFLICT, message, document.span(path), help) for message, path, help in found]


def _channels(data: Data, channels: int) -> Iterator[_Finding]:
    path: Path = ("data", "normalize")
    for key, values in (("mean", data.normalize.mean), ("std", data.normalize.std)):
        if len(values) not in (1, channels):
            message = f"`data.normalize.{key}` has {len(values)} numbers for an input of {_channels_of(channels)}"
            yield message, (*path, key), f"write one number, or {channels}"
    if data.normalize.channel_order == "bgr" and channels != 3:
        message = f"`data.normalize.channel_order` is `bgr` for an input of {_channels_of(channels)}"
        yield message, (*path, "channel_order"), "leave it out: only colours have an order"


def _channels_of(count: int) -> str:
    return f"{count} channel{'s' if count != 1 else ''}"


def _schedule(train: Train) -> Iterator[_Finding]:
    path: Path = ("train", "schedule")
    rate = train.optimizer.learning_rate
    match train.schedule:
        case Plateau(min_lr=least) if least > rate:
            message = f"`min_lr` is {least:g}, above the learning rate that the schedule starts from, {rate:g}"
            yield message, (*path, "plateau", "min_lr"), "use a `min_lr` below the optimizer's `learning_rate`"
        case Cosine(warmup_epochs=epochs) if epochs > train.epochs:
            message = f"the learning rate rises for {epochs:g} epochs of {train.epochs}, and never reaches its height"
            yield message, (*path, "cosine", "warmup_epochs"), "use fewer `warmup_epochs`, or more `epochs`"
        case _:
            return
