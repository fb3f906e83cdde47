"""What `train`, `export` and `evaluate` share: a spec with the images that `--data` names; and images to train on."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import TYPE_CHECKING

from resnet_spec.compile import Compiled, compile_document
from resnet_spec.document import override
from resnet_spec.workflow.data_section import data_section
from resnet_spec.workflow.sections import sections

if TYPE_CHECKING:
    from resnet_spec.data.dataset import Dataset


def with_data(compiled: Compiled, path: str | None) -> Compiled:
    """Give the spec with `path` in the place of its `data.source`, as `--set` would put it."""
    if path is None:
        return compiled
    from resnet_spec.data.source_for_path import source_for_path

    source = source_for_path(path, data_section(compiled).source)
    chosen = json.dumps({source.tag: source.model_dump(exclude_none=True)}, ensure_ascii=False)
    return compile_document(override(compiled.document, [f"data.source={chosen}"]))


def load_data(compiled: Compiled, announce: Callable[[str], None]) -> Dataset:
    """Load and check the images that a spec names, and say what was found."""
    from resnet_spec.data.images import StreamedImages
    from resnet_spec.data.load_dataset import load_dataset

    data, train = sections(compiled)
    model = compiled.spec.model
    dataset = load_dataset(data, shape=model.input.shape, classes=model.classes, seed=train.seed)
    announce(
        f"data: {dataset.source}: {len(dataset.train):,} images to train, {len(dataset.validation):,} to validate "
        f"({dataset.validation_origin}), {len(dataset.test):,} to test"
    )
    if isinstance(dataset.train.images, StreamedImages):
        announce(f"data: streamed: the pixels are more than `data.resident_mib`, {data.resident_mib:,} MiB")
    for line in dataset.skipped:
        announce(f"left out: {line}")
    return dataset
