"""Several runs -> one page that shows them side by side, readable without a network."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from resnet_spec.report.best_figures import best_figures
from resnet_spec.report.compare_figures import compare_figures
from resnet_spec.report.comparison import ComparedRun
from resnet_spec.report.make_visible import make_visible
from resnet_spec.report.open_templates import open_templates
from resnet_spec.report.page_script import page_script, script_hash
from resnet_spec.report.plot_runs import Curve, plot_runs

_CURVES: tuple[Curve, ...] = ("val_accuracy", "val_loss", "loss", "learning_rate")


def render_comparison(runs: Sequence[ComparedRun]) -> str:
    """Give the whole page; there are at least two runs, each with a label of its own."""
    template = open_templates(html=True, finalize=_finalize).get_template("compare.html.j2")
    figures = [compare_figures(run.facts) for run in runs]
    trained = any(run.facts.run and run.facts.run.epochs for run in runs)
    curves = [plot_runs(runs, curve) for curve in _CURVES] if trained else []
    return template.render(
        runs=runs,
        figures=figures,
        best=best_figures(figures),
        numbers={run.label: place for place, run in enumerate(runs)},
        curves=[Markup(curve) for curve in curves],  # noqa: S704 - `draw_svg` escapes what it writes
        script=page_script(),
        script_hash=script_hash(),
    )


def _finalize(value: object) -> object:
    return value if isinstance(value, Markup) or not isinstance(value, str) else make_visible(value)
