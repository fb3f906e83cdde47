"""A run directory -> report.md and report.html in it."""

from __future__ import annotations

from collections.abc import Callable

from resnet_spec.compile import Compiled, compile_text
from resnet_spec.document import read_source
from resnet_spec.report.facts import Facts
from resnet_spec.report.render_html import render_html
from resnet_spec.report.render_markdown import render_markdown
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.workflow.build_facts import build_facts
from resnet_spec.workflow.measure_shipped import measure_shipped
from resnet_spec.write_atomically import write_atomically


def report_run(run: RunDirectory, announce: Callable[[str], None]) -> None:
    """Write both reports from what the run directory holds; ONNX files of the run that are new in it are timed first.

    Args:
        run: the directory.
        announce: told of each ONNX file that is left out, and why.

    Raises:
        SpecErrors, InputError: the directory's files are damaged.
    """
    compiled = compile_run(run)
    if run.result.exists():
        shipping = measure_shipped(run, compiled, announce)
        facts = build_facts(compiled, run.spec, run, shipping)
    else:
        facts = build_facts(compiled, run.spec)
    write_report(run, facts)


def compile_run(run: RunDirectory) -> Compiled:
    """Compile the resolved spec of a run."""
    return compile_text(read_source(run.spec).text, str(run.spec))


def write_report(run: RunDirectory, facts: Facts) -> None:
    """Render facts and put both files in place."""
    write_atomically(run.path / "report.md", render_markdown(facts).encode())
    write_atomically(run.path / "report.html", render_html(facts).encode())
