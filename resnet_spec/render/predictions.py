"""Predictions -> a line an image."""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.deploy.prediction import Prediction
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable


def print_predictions(predictions: Sequence[Prediction]) -> None:
    """Print each image with its classes, most likely first."""
    width = max((len(printable(prediction.file)) for prediction in predictions), default=0)
    for prediction in predictions:
        classes = "  ".join(f"{printable(name)} {probability:.1%}" for name, probability in prediction.classes)
        out().print(f"{printable(prediction.file):<{width}}  {classes}", soft_wrap=True)
