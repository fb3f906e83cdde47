"""Scores -> the table that `evaluate` prints."""

from __future__ import annotations

from rich.table import Table

from resnet_spec.deploy.scores import Evaluation
from resnet_spec.render.console import out
from resnet_spec.render.printable import printable


def print_evaluation(name: str, found: Evaluation) -> None:
    """Print accuracy, speed, and how each class fared."""
    top5 = f", among the best five {found.top5_accuracy:.2%}" if found.top5_accuracy is not None else ""
    out().print(
        f"{printable(name)}: accuracy {found.accuracy:.2%}{top5} on {found.images:,} images, loss {found.loss:.4f}, "
        f"{found.images_per_second:,.0f} images/s\n",
        soft_wrap=True,
    )
    table = Table(box=None, pad_edge=False, header_style="bold")
    table.add_column("class")
    for title in ("images", "precision", "recall", "F1"):
        table.add_column(title, justify="right")
    for score in found.per_class:
        figures = (f"{value:.1%}" for value in (score.precision, score.recall, score.f1))
        table.add_row(printable(score.name), f"{score.images:,}", *figures)
    out().print(table)
