"""Facts -> `report.md`: the short report, in the form of a Keras notebook's.

Every value is escaped unless it is a fenced block made here.
"""

from __future__ import annotations

from resnet_spec.backends.to_mermaid import to_mermaid
from resnet_spec.passes.peak_activations import peak_activations
from resnet_spec.report.escape_markdown import escape_markdown
from resnet_spec.report.explain_gap import explain_gap
from resnet_spec.report.facts import Facts
from resnet_spec.report.fence_markdown import fence_markdown
from resnet_spec.report.find_mistakes import find_mistakes
from resnet_spec.report.fold_markdown import fold_markdown
from resnet_spec.report.group_stages import group_stages
from resnet_spec.report.log_epochs import log_epochs
from resnet_spec.report.open_templates import open_templates
from resnet_spec.report.summarize_layers import summarize_layers


class _Block(str):
    """Markdown that was made here."""

    __slots__ = ()


def render_markdown(facts: Facts) -> str:
    """Give the whole text, ending in a line break; a network that was not trained has no scores and no log."""
    scores = facts.run.scores if facts.run else None
    template = open_templates(html=False, finalize=_finalize).get_template("report.md.j2")
    return template.render(
        facts=facts,
        description=" ".join((facts.description or "").split()),
        run=facts.run,
        gap=explain_gap(facts.run) if facts.run else None,
        diagram=_Block(fence_markdown(to_mermaid(facts.parts), "mermaid")),
        stages=group_stages(facts.layers),
        peak=peak_activations(facts.layers),
        mistakes=find_mistakes(scores.confusion, facts.run.data.class_names) if facts.run and scores else (),
        summary=_folded(summarize_layers(facts), "Every layer"),
        log=_folded(log_epochs(facts.run), "Every epoch") if facts.run and facts.run.epochs else None,
        commands=_Block(fence_markdown("\n".join(facts.recipe.commands), "sh")),
        spec=_folded(facts.spec_yaml, "The spec", "yaml"),
    )


def _folded(text: str, title: str, language: str = "") -> _Block:
    return _Block(fold_markdown(fence_markdown(text, language), title))


def _finalize(value: object) -> object:
    return value if isinstance(value, _Block) else escape_markdown(str(value))
