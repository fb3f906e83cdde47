"""Answers -> the text of a new spec, as a person would have written it."""

from __future__ import annotations

from typing import Any

from resnet_spec.compile.write_inline import write_inline
from resnet_spec.data.load_dataset import DEFAULT_SHARE
from resnet_spec.spec.data import Digits, ImageFolder, Npz
from resnet_spec.workflow.answers import FOR_LARGE_PICTURES, FOR_SMALL_PICTURES, SMALL_PICTURE, Answers, Recipe

TEST_FRACTION = 0.2
_STEPS_AN_EPOCH = 4
_STEM_STEP = 4
_KINDS = {1: "grey", 3: "colour"}


def draft_spec(answers: Answers) -> str:
    """Write a spec from `templates/spec.yaml.j2`."""
    from jinja2 import Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=PackageLoader("resnet_spec.workflow"),
        autoescape=False,  # noqa: S701 - this is YAML: every text goes through `yaml`
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["yaml"] = write_inline
    large = max(answers.shape[:2]) > SMALL_PICTURE and min(answers.shape[:2]) >= _STEM_STEP
    recipe = (FOR_LARGE_PICTURES if large else FOR_SMALL_PICTURES)[answers.size]
    return environment.get_template("spec.yaml.j2").render(
        name=answers.name,
        shape=list(answers.shape),
        classes=answers.classes,
        size=answers.size.value,
        kind=_KINDS.get(answers.shape[2], f"{answers.shape[2]}-channel"),
        large=large,
        block=recipe.block,
        stages=_stages(recipe, min(answers.shape[:2]) // (_STEM_STEP if large else 1)),
        source=_source(answers),
        resize=_resizes(answers),
        flip=answers.shape[2] == 3 and not isinstance(answers.source, Digits),
        padding=max(1, min(answers.shape[:2]) // 8),
        batch_size=_batch_size(answers, 32 if large else 128),
    )


def _stages(recipe: Recipe, side: int) -> list[tuple[int, int, int]]:
    """Give filters, blocks and strides of each stage; `side`, in pixels, is the shorter one that the first one gets."""
    stages = []
    for number, (filters, blocks) in enumerate(recipe.stages):
        strides = 2 if number and side > 1 else 1
        side = -(-side // strides)
        stages.append((filters, blocks, strides))
    return stages


def _source(answers: Answers) -> Any:
    """Write a source in its shortest form, with a test split where it has none of its own."""
    source = answers.source
    if not isinstance(source, ImageFolder | Npz):
        return source.tag
    if answers.survey is None or answers.survey.has_test:
        return {source.tag: source.path}
    return {source.tag: {"path": source.path, "test_fraction": TEST_FRACTION}}


def _resizes(answers: Answers) -> bool:
    """Say whether images may have another size than the input; of a folder, only a few were looked at."""
    other = answers.survey is not None and answers.survey.shape[:2] != answers.shape[:2]
    return other or isinstance(answers.source, ImageFolder)


def _batch_size(answers: Answers, most: int) -> int:
    """Give a power of two that leaves a few steps an epoch, since a last, partial batch is dropped."""
    survey = answers.survey
    if survey is None:
        return most
    images = survey.train_images * (1.0 if survey.has_test else 1 - TEST_FRACTION)
    images *= 1.0 if survey.has_validation else 1 - DEFAULT_SHARE
    size = 1
    while size < most and 2 * size * _STEPS_AN_EPOCH <= images:
        size *= 2
    return size
