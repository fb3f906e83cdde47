"""Findings of a spec -> what it has from a parent and does not read, which is no fault of its own.

A child that replaces the stages cannot take back the parent's parameters and blocks: the resolved spec does without
them. What its own file says, or `--set`, is held against the rule that nothing is ignored; and so is a stage, whose
settings say what is computed.
"""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.diagnostic import Path
from resnet_spec.document import Document
from resnet_spec.lower import Finding


def idle_inheritance(findings: Sequence[Finding], document: Document) -> list[Path]:
    """Give the paths of what is unread and comes from a parent or a shipped block."""
    own = document.span(()).source
    return [
        finding.path
        for finding in findings
        if finding.unread
        and finding.path[1] != "stages"
        and (source := document.key_span(finding.path).source) is not own
        and source.name != "--set"
    ]
