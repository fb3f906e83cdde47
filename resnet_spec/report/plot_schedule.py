"""The learning rates that a run is to have -> their curve."""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.report.draw_svg import draw_svg
from resnet_spec.report.palette import ACCENT
from resnet_spec.report.preview import RatePlan
from resnet_spec.report.quantity import figures, many

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def plot_schedule(plan: RatePlan) -> str:
    """Draw the rate over the epochs, as inline SVG, from zero upwards."""

    def paint(figure: Figure) -> None:
        axes = figure.add_subplot(title="Learning rate", xlabel="epoch")
        axes.plot(plan.at, plan.rates, color=ACCENT)
        axes.set_ylim(bottom=0)
        axes.set_xlim(0, plan.epochs)

    highest = max(plan.rates)
    label = (
        f"Learning rate over {many(plan.epochs, 'epoch')}: it begins at {figures(plan.rates[0])}, "
        f"is {figures(highest)} at most, and ends at {figures(plan.rates[-1])}."
    )
    return draw_svg("plot-schedule", label, (6.5, 2.5), paint)
