"""`evaluate`: the test figures, from the file that ships."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from resnet_spec.cli.onnx_of import onnx_of
from resnet_spec.cli.option import DataPath, Json

if TYPE_CHECKING:
    from resnet_spec.compile import Compiled
    from resnet_spec.data.dataset import TestImages


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("evaluate", epilog="Example: resnet-spec evaluate runs/resnet20 --data cifar10.zip")(evaluate)


def evaluate(
    model: Annotated[Path, typer.Argument(metavar="RUN_OR_ONNX", help="A run directory, or an ONNX file of ours.")],
    data: DataPath = None,
    as_json: Json = False,
) -> None:
    """Score an ONNX file on the test images, with onnxruntime alone.

    Of `--data`, a `test` folder is enough, or else a `val` folder; other images are not read.
    """
    from resnet_spec.cli.load_data import with_data
    from resnet_spec.compile import compile_text
    from resnet_spec.deploy.evaluate import evaluate as score
    from resnet_spec.deploy.open_classifier import open_classifier
    from resnet_spec.render.console import print_json
    from resnet_spec.render.evaluation import print_evaluation
    from resnet_spec.workflow.data_section import data_section
    from resnet_spec.workflow.refuse_other_classes import refuse_other_classes

    path = onnx_of(model)
    classifier = open_classifier(path)
    compiled = with_data(compile_text(classifier.description.spec, f"{path} (spec)"), data)
    images = _load(compiled)
    refuse_other_classes(images.class_names, classifier.description.class_names)
    found, views = score(classifier, images.test), data_section(compiled).test_views
    of_views = None if views is None else score(classifier, images.test, views=views)
    if as_json:
        print_json({"model": str(path), **asdict(found)} | ({"of_views": asdict(of_views)} if of_views else {}))
    else:
        print_evaluation(str(path), found, of_views)


def _load(compiled: Compiled) -> TestImages:
    from resnet_spec.data.load_test_images import load_test_images
    from resnet_spec.render.console import err
    from resnet_spec.workflow.data_section import data_section

    model = compiled.spec.model
    images = load_test_images(data_section(compiled), shape=model.input.shape, classes=model.classes)
    why = "" if images.split_name == "test" else "; it has no test split"
    said = f"data: {images.source}: {len(images.test):,} images of its {images.split_name} split{why}"
    for line in (said, *(f"left out: {line}" for line in images.skipped)):
        err().print(line, soft_wrap=True)
    return images
