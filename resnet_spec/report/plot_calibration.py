"""Confidence and accuracy, bin by bin -> a reliability diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.facts import CalibrationFacts
from resnet_spec.report.palette import ACCENT, INK
from resnet_spec.report.quantity import many, percent

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_calibration(calibration: CalibrationFacts) -> str:
    """Draw the share of right answers over the probability that the network gives them, as inline SVG."""
    from matplotlib.ticker import PercentFormatter

    bins = calibration.bins

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(xlabel="probability of the first class", ylabel="share that is right")
        says, right = [each.confidence for each in bins], [each.accuracy for each in bins]
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=(0, (3, 1.5)))
        axes.bar(says, right, width=0.035, color=ACCENT, alpha=0.45)
        axes.plot(says, right, color=ACCENT, marker="o", linewidth=1.2)
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))

    images = sum(each.images for each in bins)
    label = f"Calibration over {many(images, 'test image')}: expected calibration error {percent(calibration.error)}."
    return draw_svg("plot-calibration", label, (3.5, 3.5), paint)
