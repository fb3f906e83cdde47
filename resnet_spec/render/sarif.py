"""Diagnostics -> a SARIF 2.1.0 log, which code hosts show beside the lines of a spec.

Lines and columns count code points from 1, as ours do; paths are relative to the working directory where they can be.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

from resnet_spec import __version__
from resnet_spec.diagnostic import Code, Diagnostic, Span
from resnet_spec.explain import explain

_SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/os/schemas/sarif-schema-2.1.0.json"


def sarif(found: Sequence[tuple[str, Diagnostic]], exit_code: int) -> dict[str, Any]:
    """Give a log of one run.

    Args:
        found: every diagnostic, each with the spec that was checked, as it was named.
        exit_code: what the program ends with.
    """
    codes = sorted({diagnostic.code for _, diagnostic in found})
    driver = {
        "name": "resnet-spec",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(code) for code in codes],
    }
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": driver},
                "invocations": [{"executionSuccessful": True, "exitCode": exit_code}],
                "columnKind": "unicodeCodePoints",
                "results": [_result(name, diagnostic, codes.index(diagnostic.code)) for name, diagnostic in found],
            }
        ],
    }


def _rule(code: Code) -> dict[str, Any]:
    page = explain(code)
    return {
        "id": str(code),
        "name": "".join(word.capitalize() for word in code.name.split("_")),
        "shortDescription": {"text": page.title},
        "fullDescription": {"text": page.meaning},
        "help": {"text": page.markdown, "markdown": page.markdown},
        "defaultConfiguration": {"level": "error"},
    }


def _result(name: str, diagnostic: Diagnostic, index: int) -> dict[str, Any]:
    message = f"{diagnostic.message}\n{diagnostic.help}" if diagnostic.help else diagnostic.message
    result: dict[str, Any] = {
        "ruleId": str(diagnostic.code),
        "ruleIndex": index,
        "level": "error",
        "message": {"text": message},
        "locations": [_location(name, diagnostic.span)],
    }
    related = [(span, label) for span, label in diagnostic.related if _is_file(span)]
    if related:
        result["relatedLocations"] = [
            {"id": number, **_location(name, span), "message": {"text": label}}
            for number, (span, label) in enumerate(related, 1)
        ]
    return result


def _location(name: str, span: Span | None) -> dict[str, Any]:
    """Point at a span, or at the whole spec where the fault is not in a file, such as in a `--set`."""
    if span is None or not _is_file(span):
        return {"physicalLocation": {"artifactLocation": {"uri": _uri(name)}}}
    region = {
        "startLine": span.line,
        "startColumn": span.column,
        "endLine": span.end_line,
        "endColumn": span.end_column,
        "snippet": {"text": span.source.line(span.line)},
    }
    return {"physicalLocation": {"artifactLocation": {"uri": _uri(span.source.name)}, "region": region}}


def _is_file(span: Span) -> bool:
    return span.source.name != "--set"


def _uri(name: str) -> str:
    """Write a path as a relative reference, percent-encoded; one elsewhere as a `file:` URI."""
    path = Path(name)
    if path.is_absolute():
        if not path.is_relative_to(Path.cwd()):
            return path.as_uri()
        path = path.relative_to(Path.cwd())
    return quote(path.as_posix(), errors="surrogateescape")
