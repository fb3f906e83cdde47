"""A preview -> a few lines on the terminal."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.text import Text

from resnet_spec.render.console import out
from resnet_spec.render.printable import printable
from resnet_spec.report.preview import ImagesFacts, Preview, RatePlan
from resnet_spec.report.quantity import figures, file_size, many

_LISTED = 10


def print_preview(preview: Preview, files: Sequence[Path]) -> None:
    """Print what is known of a training that has not begun, and where the pictures are."""
    images = preview.images
    rows = [
        ("data", _data(images)),
        ("classes", _balance(images)),
        ("broken", *_broken(images)),
        *([("left out", *_cut(images.strangers))] if images.strangers else []),
        ("duplicates", *_duplicates(images)),
        ("normalized", f"mean {_list(images.channel_mean)}; standard deviation {_list(images.channel_std)}"),
        ("augment", ", ".join(preview.augmentations) or "nothing"),
        *([("image size", preview.image_sizes)] if preview.image_sizes else []),
        ("schedule", _plan(preview.plan)),
        ("memory", _memory(preview)),
        ("written", *(str(path) for path in files)),
    ]
    text = Text()
    text.append(printable(preview.name), style="bold")
    text.append(", before training\n")
    for label, *lines in rows:
        for place, line in enumerate(lines):
            text.append(f"  {'' if place else label:<12}", style="dim")
            text.append(f"{printable(line)}\n")
    text.rstrip()
    out().print(text, soft_wrap=True)


def _data(images: ImagesFacts) -> str:
    train, validation, test = (
        sum(getattr(row, name) for row in images.classes) for name in ("train", "validation", "test")
    )
    kept = "read again for every batch" if images.streamed else "kept in memory"
    return (
        f"{images.source}: {train:,} images to train, {validation:,} to validate ({images.validation_origin}), "
        f"{test:,} to test; {file_size(images.bytes)} of pixels, {kept}"
    )


def _balance(images: ImagesFacts) -> str:
    least, most = (choose(images.classes, key=lambda row: row.train) for choose in (min, max))
    if least.train == most.train:
        return f"{len(images.classes)}, of {least.train:,} training images each"
    return f"{len(images.classes)}, of {least.train:,} ({least.name}) to {most.train:,} ({most.name}) training images"


def _broken(images: ImagesFacts) -> list[str]:
    if not images.broken:
        return ["none: every image was decoded"]
    what = "`train` stops at them" if images.broken_stop else "left out"
    return [f"{many(len(images.broken), 'file')}; {what}", *_cut(images.broken)]


def _duplicates(images: ImagesFacts) -> list[str]:
    if not images.duplicates:
        return ["none, pixel for pixel"]
    leaks = [("train", "test"), ("train", "validation"), ("test", "validation")]
    found = [f"{count:,} in {one} and {other}" for one, other in leaks if (count := images.between(one, other))]
    found += [f"{images.contradictions:,} with several labels"] if images.contradictions else []
    lines = [
        "; ".join(same.places) + (f" ({' or '.join(same.labels)}?)" if len(same.labels) > 1 else "")
        for same in images.duplicates
    ]
    return [", ".join([many(len(images.duplicates), "image"), *found]), *_cut(lines)]


def _cut(lines: Sequence[str]) -> list[str]:
    more = len(lines) - _LISTED
    return [*lines[:_LISTED], *([f"and {more:,} more"] if more > 0 else [])]


def _plan(plan: RatePlan) -> str:
    first, highest, last = plan.rates[0], max(plan.rates), plan.rates[-1]
    stations = [first, highest, last] if highest not in (first, last) else [first, last]
    course = figures(first) if first == highest == last else ", ".join(map(figures, stations))
    drops = ", lower where the metric no longer improves" if plan.follows_metric else ""
    return f"{plan.name}: {course}{drops}; {many(plan.epochs, 'epoch')} of {many(plan.steps_per_epoch, 'step')}"


def _memory(preview: Preview) -> str:
    pieces = ", ".join(f"{what} {file_size(size)}" for what, size in preview.memory.items())
    total = file_size(sum(preview.memory.values()))
    return f"about {total} at batches of {preview.batch_size:,}, {preview.precision}: {pieces}"


def _list(values: Sequence[float]) -> str:
    return ", ".join(figures(value, 3) for value in values)
