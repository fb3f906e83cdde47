"""Confidence and accuracy, bin by bin -> a reliability diagram."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import ACCENT, INK
from resnet_spec.report.quantity import many, percent
from resnet_spec.report.run_facts import CalibrationFacts

if TYPE_CHECKING:
    from matplotlib.figure import Figure


_LARGEST, _SMALLEST = 300, 5
"""Areas of circles, in square points: of the bin with the most images, and one that can still be seen."""


def plot_calibration(calibration: CalibrationFacts) -> str:
    """Draw the share of right answers over the probability that the network gives them, as inline SVG.

    A bin is a circle whose area is its number of images, so that what few images say weighs little to the eye.
    """
    from matplotlib.ticker import PercentFormatter

    bins = calibration.bins

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(xlabel="probability of the first class", ylabel="share that is right")
        axes.plot([0, 1], [0, 1], color=INK, linewidth=1, linestyle=(0, (3, 1.5)))
        axes.scatter(
            [each.confidence for each in bins],
            [each.accuracy for each in bins],
            s=[max(_LARGEST * each.images / most, _SMALLEST) for each in bins],
            color=ACCENT,
            alpha=0.6,
            clip_on=False,
            zorder=2,
        )
        axes.set(xlim=(0, 1.02), ylim=(0, 1.02), aspect="equal")
        axes.xaxis.set_major_formatter(PercentFormatter(1.0))
        axes.yaxis.set_major_formatter(PercentFormatter(1.0))

    images, most = sum(each.images for each in bins), max(each.images for each in bins)
    label = f"Calibration over {many(images, 'test image')}: expected calibration error {percent(calibration.error)}."
    return draw_svg("plot-calibration", label, (3.5, 3.5), paint)
