"""`predict`: classes of images, from the file that ships."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from resnet_spec.cli.onnx_of import onnx_of
from resnet_spec.cli.option import Json
from resnet_spec.diagnostic import InputError


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("predict", epilog="Example: resnet-spec predict model.onnx cat.jpg dog.png --top 3")(predict)


def predict(
    model: Annotated[Path, typer.Argument(metavar="MODEL.onnx", help="An ONNX file of ours, or a run directory.")],
    images: Annotated[list[Path], typer.Argument(metavar="IMAGE...", help="Image files.")],
    top: Annotated[int, typer.Option("--top", min=1, metavar="K", help="How many classes to name.")] = 3,
    as_json: Json = False,
) -> None:
    """Classify images with onnxruntime alone; one line each, most likely class first."""
    from resnet_spec.deploy.open_classifier import open_classifier
    from resnet_spec.deploy.predict import predict as classify
    from resnet_spec.render.console import print_json
    from resnet_spec.render.predictions import print_predictions

    classifier = open_classifier(onnx_of(model))
    predictions, faults = classify(classifier, images, top_k=top)
    if as_json:
        for prediction in predictions:
            classes = [{"class": name, "probability": probability} for name, probability in prediction.classes]
            print_json({"file": prediction.file, "classes": classes})
    else:
        print_predictions(predictions)
    if faults:
        raise InputError(*faults)
