"""A compiled spec -> what is known of its training before it begins, and pictures of what the network would see.

Nothing is trained. The images are changed by the code that changes them in training.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.compile import Compiled
from resnet_spec.data.dataset import Dataset
from resnet_spec.data.find_duplicates import Duplicate, find_duplicates
from resnet_spec.data.images import StreamedImages
from resnet_spec.data.load_dataset import load_dataset
from resnet_spec.data.normalize import normalize
from resnet_spec.diagnostic import InputError
from resnet_spec.report.draw_sheet import draw_sheet
from resnet_spec.report.preview import ClassBalance, ImagesFacts, Preview, RatePlan, SameImage
from resnet_spec.spec.data import Data, ImageFolder
from resnet_spec.spec.schedule import Plateau
from resnet_spec.spec.train import Train
from resnet_spec.train.count_steps import count_steps
from resnet_spec.train.schedule import Counters, Rate
from resnet_spec.train.weigh_classes import weigh_classes
from resnet_spec.workflow.find_broken import find_broken
from resnet_spec.workflow.name_sizes import name_sizes
from resnet_spec.workflow.sections import sections

_SHOWN, _COLUMNS = 32, 8
_FOLLOWED, _EPOCHS = 6, 7
_SAMPLE = 2048
_POINTS = 2000


def preview_spec(compiled: Compiled, command: str) -> tuple[Preview, dict[str, bytes]]:
    """Load the images and look; Keras's backend is prepared.

    Args:
        compiled: the spec, with its images.
        command: what to type to see it again.

    Returns:
        What is known; and PNG files by name: `batch.png` is the first batch of the run, `epochs.png` follows some of
        its images through the first epochs.

    Raises:
        InputError: the images are missing, or do not fit the spec, the weights of its classes included.
    """
    from resnet_spec.train.choose_precision import choose_precision
    from resnet_spec.train.measure_memory import measure_memory

    data, train = sections(compiled)
    model = compiled.spec.model
    dataset = _load(data, shape=model.input.shape, classes=model.classes, seed=train.seed)
    images = _images(dataset, data)
    try:
        plan = _plan(train, len(dataset.train))
        weigh_classes(train.class_weight, dataset.class_names, dataset.train.labels)
    except InputError as refused:
        raise InputError(*find_broken(images), *refused.diagnostics) from None
    dtype, _ = choose_precision(train.precision)
    memory = measure_memory(compiled.graph, train, data, dtype=dtype)
    preview = Preview(
        name=compiled.spec.name,
        description=compiled.spec.description,
        command=command,
        images=images,
        plan=plan,
        batch_size=train.batch_size,
        precision=dtype,
        memory=memory | _pixels_on_the_device(dataset, data, train),
        augmentations=tuple(item.tag for item in data.augment),
        image_sizes=name_sizes(train, model.input.shape),
    )
    return preview, _sheets(dataset, data, train, plan.epochs)


def _load(data: Data, **wanted: Any) -> Dataset:
    """Let broken files be listed, all of them, where training would stop at them, if anything is left."""
    source = data.source
    if not isinstance(source, ImageFolder):
        return load_dataset(data, **wanted)
    patient = data.model_copy(update={"source": source.model_copy(update={"on_bad_image": "skip"})})
    try:
        return load_dataset(patient, **wanted)
    except InputError:
        load_dataset(data, **wanted)  # says of the broken files as well
        raise


def _images(dataset: Dataset, data: Data) -> ImagesFacts:
    splits = {"train": dataset.train, "validation": dataset.validation, "test": dataset.test}
    if data.validation == "test":
        del splits["validation"]
    counts = [
        np.bincount(split.labels, minlength=len(dataset.class_names))
        for split in (dataset.train, dataset.validation, dataset.test)
    ]
    sample = np.linspace(0, len(dataset.train) - 1, min(_SAMPLE, len(dataset.train))).astype(np.int64)
    pixels = normalize(dataset.train.images[sample], data.normalize)
    return ImagesFacts(
        source=dataset.source,
        streamed=isinstance(dataset.train.images, StreamedImages),
        bytes=sum(math.prod(split.images.shape) for split in splits.values()),
        validation_origin=dataset.validation_origin,
        classes=tuple(
            ClassBalance(name, *(int(of[label]) for of in counts)) for label, name in enumerate(dataset.class_names)
        ),
        broken=dataset.broken,
        strangers=tuple(line for line in dataset.skipped if line not in dataset.broken),
        broken_stop=isinstance(data.source, ImageFolder) and data.source.on_bad_image == "error",
        duplicates=tuple(_named(found, dataset.class_names) for found in find_duplicates(splits)),
        channel_mean=tuple(pixels.mean(axis=(0, 1, 2), dtype=np.float64).tolist()),
        channel_std=tuple(pixels.std(axis=(0, 1, 2), dtype=np.float64).tolist()),
    )


def _named(found: Duplicate, names: tuple[str, ...]) -> SameImage:
    return SameImage(
        places=tuple(f"{place.split} {place.name}" for place in found.places),
        splits=tuple(sorted(found.splits)),
        labels=tuple(sorted({names[place.label] for place in found.places})),
    )


def _plan(train: Train, images: int) -> RatePlan:
    steps = count_steps(images, train.batch_size)
    rate = Rate(train.schedule, steps, train.epochs)
    counters = Counters(train.optimizer.learning_rate)
    total = steps * train.epochs
    chosen = np.unique(np.linspace(0, total - 1, min(total, _POINTS)).astype(np.int64)).tolist()
    return RatePlan(
        name=train.schedule.tag,
        epochs=train.epochs,
        steps_per_epoch=steps,
        at=tuple(step / steps for step in chosen),
        rates=tuple(rate.at(step, counters) for step in chosen),
        follows_metric=isinstance(train.schedule, Plateau),
    )


def _pixels_on_the_device(dataset: Dataset, data: Data, train: Train) -> dict[str, int]:
    images = dataset.train.images
    resident = isinstance(images, np.ndarray) and images.nbytes <= data.resident_mib << 20
    one = math.prod(images.shape[1:])
    return {"training images": len(images) * one} if resident else {"a batch of images": train.batch_size * one}


def _sheets(dataset: Dataset, data: Data, train: Train, epochs: int) -> dict[str, bytes]:
    from resnet_spec.train.batches import batches
    from resnet_spec.train.see_batch import see_batch

    split, names = dataset.train, dataset.class_names

    def see(epoch: int, chosen: NDArray[np.int64]) -> tuple[NDArray[np.uint8], list[str]]:
        pixels, targets = see_batch(split, data, train, len(names), epoch=epoch, chosen=chosen)
        return pixels, [_caption(target, names) for target in targets]

    _, first = next(batches(data, train, len(split), epoch=1, steps=range(1, 2)))
    chosen = first["chosen"].astype(np.int64)
    pixels, captions = see(1, chosen)
    batch = draw_sheet(list(pixels[:_SHOWN]), captions[:_SHOWN], columns=_COLUMNS)

    followed = chosen[_of_different_classes(split.labels[chosen])]
    seen = [(split.images[followed], [_caption(np.eye(len(names))[label], names) for label in split.labels[followed]])]
    seen += [see(epoch, followed) for epoch in range(1, min(_EPOCHS, epochs) + 1)]
    rows = [(row, column) for row in range(len(followed)) for column in range(len(seen))]
    heads = ["as it is", *(f"epoch {epoch}" for epoch in range(1, len(seen)))]
    through = draw_sheet(
        [seen[column][0][row] for row, column in rows],
        [seen[column][1][row] for row, column in rows],
        columns=len(seen),
        heads=heads,
    )
    return {"batch.png": batch, "epochs.png": through}


def _of_different_classes(labels: NDArray[np.int64]) -> NDArray[np.int64]:
    _, firsts = np.unique(labels, return_index=True)
    rest = np.setdiff1d(np.arange(len(labels)), firsts)
    return np.concatenate([np.sort(firsts), rest])[:_FOLLOWED]


def _caption(target: NDArray[np.float32], names: tuple[str, ...]) -> str:
    """Say what the network is to say: a class, or the shares of two."""
    shown = [int(label) for label in np.argsort(-target, kind="stable")[:2] if target[label] > 0]
    if len(shown) == 1:
        return f"{shown[0]} {names[shown[0]]}"
    return "\n".join(f"{target[label]:.0%} {label} {names[label]}" for label in shown)
