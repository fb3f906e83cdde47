"""A compiled spec -> nothing, or the failure of what its source published."""

from __future__ import annotations

from resnet_spec.compile.compiled import Compiled
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic
from resnet_spec.passes.check_expectations import Expectation, count_by_type


def hold_expectations(compiled: Compiled) -> None:
    """Hold the network against its `expect`.

    Raises:
        CheckFailed: a count differs; with both numbers, and where they may come from.
    """
    faults = [_difference(compiled, expectation) for expectation in compiled.expectations if not expectation.ok]
    if faults:
        raise CheckFailed(*faults)


def _difference(compiled: Compiled, expectation: Expectation) -> Diagnostic:
    what, expected, found = expectation.what, expectation.expected, expectation.found
    by_type = ", ".join(f"{name} {count:,}" for name, count in count_by_type(compiled.graph, what).items())
    return Diagnostic(
        Code.EXPECTATION,
        f"`{what}` is {found:,}, but {expected:,} is expected: {found - expected:+,}",
        compiled.document.span(("expect", what)),
        f"it has, by layer type: {by_type}; where the network is meant to differ, let go of the published figures with "
        "`--set expect={}`",
    )
