"""What a run remembers of itself -> the commands that make it again, and what they leave open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shlex import join
from typing import Any

from resnet_spec.compile.write_inline import write_inline
from resnet_spec.diagnostic import Source
from resnet_spec.document import parse
from resnet_spec.report.facts import Recipe
from resnet_spec.spec.train import Train
from resnet_spec.train.past import Past, Start, Turn

_LENGTH = "--set=train.epochs="


def make_recipe(file: Path, spec: str, train: Train, past: Past) -> Recipe:
    """Give a command for each stretch of the run: what reached to the last epoch depends on where each was to end.

    Args:
        file: where the run's resolved spec is.
        spec: that spec.
        train: how it learns, as that says.
        past: how it began, and where it turned.
    """
    first, *later = (*(turn.planned_epochs for turn in past.turns if turn.ended), train.epochs)
    begins, options = str(file), []
    if past.start is not None:
        begins, options = past.start.path, [*_settings(_value(past.start.spec), _value(spec))]
    if later:
        options = [*(option for option in options if not option.startswith(_LENGTH)), _length(first), "--run=NEW"]
    commands = [_command(begins, *options), *(_command("NEW", "--resume", _length(epochs)) for epochs in later)]
    return Recipe(tuple(commands), tuple(_remarks(train, past)))


def _value(spec: str) -> dict[str, Any]:
    value: dict[str, Any] = parse(Source("spec.yaml", spec)).value
    return value


def _settings(old: dict[str, Any], new: dict[str, Any]) -> Iterator[str]:
    """Give the settings that make one resolved spec of another; a section that lost a key is said whole."""
    for section in {**old, **new}:
        before, now = old.get(section), new.get(section)
        if isinstance(before, dict) and isinstance(now, dict) and before.keys() <= now.keys():
            yield from (
                f"--set={section}.{key}={write_inline(value)}"
                for key, value in now.items()
                if key not in before or write_inline(before[key]) != write_inline(value)
            )
        elif write_inline(before) != write_inline(now):
            yield f"--set={section}={write_inline(now)}"


def _length(epochs: int) -> str:
    return f"{_LENGTH}{epochs}"


def _command(begins: str, *options: str) -> str:
    return join(["resnet-spec", "train", begins, *(word for option in options for word in option.split("=", 1))])


def _remarks(train: Train, past: Past) -> Iterator[str]:
    if past.start is not None:
        yield _about(past.start)
    for turn in past.turns:
        yield from _lines(turn)
    if train.max_minutes is not None:
        yield "train.max_minutes ends this run by the clock: a faster or slower machine makes more or fewer steps."


def _about(start: Start) -> str:
    return (
        f"This run began with the weights of {start.path}, not with random ones; from others it becomes another "
        f"network. SHA-256 of their file: {start.sha256}"
    )


def _lines(turn: Turn) -> Iterator[str]:
    place = f"epoch {turn.epoch}" + (f", step {turn.step + 1}" if turn.step else "")
    yield from (f"NOT BIT-EXACT from {place} on: {line}." for line in turn.environment)
    yield from (f"From {place} on: {line.replace('`', '')}." for line in turn.plan)
    if turn.plan and not turn.ended:
        yield f"No command turns there again, at {place} of {turn.planned_epochs} epochs: this run cannot be repeated."
