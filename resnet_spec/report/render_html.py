"""Facts -> `report.html`: one file that explains a network, readable without a network.

Every value is made visible and escaped, unless it is a plot made here.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from resnet_spec.passes.layer_table import Layer
from resnet_spec.passes.peak_activations import peak_activations
from resnet_spec.report.explain_gap import explain_gap
from resnet_spec.report.facts import Facts
from resnet_spec.report.find_mistakes import find_mistakes
from resnet_spec.report.group_stages import group_stages
from resnet_spec.report.make_visible import make_visible
from resnet_spec.report.open_templates import open_templates
from resnet_spec.report.page_script import page_script, script_hash
from resnet_spec.report.plot_calibration import plot_calibration
from resnet_spec.report.plot_confusion import plot_confusion
from resnet_spec.report.plot_learning import plot_learning
from resnet_spec.report.plot_learning_rate import plot_learning_rate
from resnet_spec.report.plot_speed import plot_speed
from resnet_spec.report.run_facts import RunFacts

_BOX_ROWS = 16
"""Rows that a long table shows at once, `--rows` in the style sheet."""


def render_html(facts: Facts) -> str:
    """Give the whole page; parts that were not measured are said to be missing, or left out with their heading."""
    template = open_templates(html=True, finalize=_finalize).get_template("report.html.j2")
    stages = group_stages(facts.layers)
    scores = facts.run.scores if facts.run else None
    return template.render(
        facts=facts,
        run=facts.run,
        scores=scores,
        verification=facts.run.verification if facts.run else None,
        stages=stages,
        second_lines=_second_lines(facts.layers),
        activations=sum(stage.activations for stage in stages),
        peak=peak_activations(facts.layers),
        wrong=_count_wrong(scores.confusion) if scores else 0,
        calibration=_calibration(facts.run) if facts.run else None,
        script=page_script(),
        script_hash=script_hash(),
        curves=_curves(facts.run) if facts.run else (),
        gap=explain_gap(facts.run) if facts.run else None,
        confusion=_confusion(facts.run) if facts.run else None,
        mistakes=find_mistakes(scores.confusion, facts.run.data.class_names) if facts.run and scores else (),
    )


def _second_lines(layers: Sequence[Layer]) -> int:
    """Count what makes the first rows of the layer table higher: a box of whole rows has to know."""
    return sum(max(0, len(layer.inputs) - 1) for layer in layers[:_BOX_ROWS])


def _curves(run: RunFacts) -> tuple[Markup, ...]:
    if len(run.epochs) < 2:
        return ()  # a point is no curve, and the table has it
    plots = (
        plot_learning(run.epochs, "loss", run.best_epoch),
        plot_learning(run.epochs, "accuracy", run.best_epoch),
        plot_learning_rate(run.epochs),
        *([plot_speed(run.epochs)] if any(epoch.images_per_second for epoch in run.epochs) else []),
    )
    return tuple(Markup(plot) for plot in plots)  # noqa: S704 - `draw_svg` escapes what it writes


def _confusion(run: RunFacts) -> Markup | None:
    if run.scores is None or not run.scores.confusion:
        return None
    return Markup(plot_confusion(run.scores.confusion, run.data.class_names))  # noqa: S704 - as above


def _calibration(run: RunFacts) -> Markup | None:
    return Markup(plot_calibration(run.calibration)) if run.calibration else None  # noqa: S704 - as above


def _count_wrong(confusion: Sequence[Sequence[int]]) -> int:
    return sum(images for true, row in enumerate(confusion) for called, images in enumerate(row) if called != true)


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else make_visible(value)
