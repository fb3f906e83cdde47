"""Scores -> the table that `evaluate` prints."""

from __future__ import annotations

from resnet_spec.deploy.scores import Evaluation
from resnet_spec.render.columns import print_columns
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable


def print_evaluation(name: str, found: Evaluation, of_views: Evaluation | None) -> None:
    """Print accuracy, speed, and how each class fared; and the accuracy of test-time views, where there are any."""
    top5 = f", among the best five {found.top5_accuracy:.2%}" if found.top5_accuracy is not None else ""
    out().print(
        f"{printable(name)}: accuracy {found.accuracy:.2%}{top5} on {found.images:,} images, loss {found.loss:.4f}, "
        f"{found.images_per_second:,.0f} images/s\n",
        soft_wrap=True,
    )
    if of_views is not None:
        out().print(
            f"with test-time views: accuracy {of_views.accuracy:.2%}, loss {of_views.loss:.4f}, "
            f"{of_views.images_per_second:,.0f} images/s\n",
            soft_wrap=True,
        )
    rows = [
        [printable(score.name), f"{score.images:,}", *(f"{x:.1%}" for x in (score.precision, score.recall, score.f1))]
        for score in found.per_class
    ]
    header = ("class", "images", "precision", "recall", "F1")
    print_columns(header, rows, right=header[1:])
