"""`diff`: what changed between two specs, and what it does."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

import typer

from resnet_spec.cli.option import Json
from resnet_spec.diagnostic import Failure

if TYPE_CHECKING:
    from resnet_spec.compile import Compiled


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command("diff", epilog="Example: resnet-spec diff resnet18 my_net.yaml")(diff)


def diff(
    old: Annotated[str, typer.Argument(metavar="A", help="Path of a spec, name of a shipped one, or an ONNX file.")],
    new: Annotated[str, typer.Argument(metavar="B", help="The same, for the other.")],
    settings: Annotated[
        list[str], typer.Option("--set", metavar="PATH=VALUE", help="Override a value of B, e.g. `model.classes=5`.")
    ] = [],  # noqa: B006 - Typer copies it
    as_json: Json = False,
) -> None:
    """Say what changed from A to B in the spec, and what it does to parameters, MACs, shapes and weights.

    The exit code is 0 whether they differ or not; `--json` tells.
    """
    from resnet_spec.compile.compare_documents import compare_documents
    from resnet_spec.passes.compare_graphs import compare_graphs
    from resnet_spec.render.console import print_json
    from resnet_spec.render.difference import Difference, difference_facts, no_difference_facts, print_difference

    try:
        one, other = _compile_both(old, new, settings)
    except Failure as failure:
        if not as_json:
            raise
        print_json(no_difference_facts(old, new, failure.diagnostics))
        raise typer.Exit(failure.exit_code) from None
    found = Difference(
        old, new,
        compare_documents(one.document.value, other.document.value),
        compare_graphs(one.graph, other.graph),
    )  # fmt: skip
    if as_json:
        print_json(difference_facts(found))
    else:
        print_difference(found)


def _compile_both(old: str, new: str, settings: Sequence[str]) -> tuple[Compiled, Compiled]:
    """Compile both, so that the faults of one do not hide those of the other."""
    from resnet_spec.cli.compile_any import compile_any

    try:
        one = compile_any(old)
    except Failure as failure:
        raise _with_faults_of(failure, new, settings) from None
    return one, compile_any(new, settings)


def _with_faults_of(first: Failure, new: str, settings: Sequence[str]) -> Failure:
    from resnet_spec.cli.compile_any import compile_any

    try:
        compile_any(new, settings)
    except Failure as second:
        return type(first)(*first.diagnostics, *second.diagnostics)
    return first
