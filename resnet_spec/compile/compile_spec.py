"""The front of the compiler on one screen.

name -> file -> Document -> extends -> --set -> shipped blocks -> Spec -> Graph
"""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.compile.check_sections import check_sections
from resnet_spec.compile.compiled import Compiled
from resnet_spec.compile.find_spec import find_parent, find_spec
from resnet_spec.compile.link import link, shipped_blocks
from resnet_spec.compile.validate import validate
from resnet_spec.diagnostic import Code, Diagnostic, Path, Source, Span, SpecErrors
from resnet_spec.document import Document, extend, override, parse, parse_once, read_source
from resnet_spec.ir import Graph
from resnet_spec.lower import check_names, check_unread, lower
from resnet_spec.spec import Spec
from resnet_spec.spec.grammar import kinds_at

OWN = frozenset({"description", "expect"})
"""What a spec says of itself alone: a child that extends it is another network, with figures of its own."""


def compile_spec(name: str, settings: Sequence[str] = ()) -> Compiled:
    """Compile a spec, by path or by the name of a shipped one.

    Args:
        name: a path to a YAML file, or a shipped spec's name.
        settings: overrides `path=value`.

    Raises:
        SpecErrors: with every fault, in file order.
    """
    file, shown = find_spec(name)
    document = extend(
        parse_once(read_source(file, shown)),
        file,
        find=find_parent,
        is_choice=lambda path: bool(kinds_at(path)),
        own=OWN,
    )
    return compile_document(override(document, settings))


def compile_text(text: str, name: str) -> Compiled:
    """Compile the text of a resolved spec, as runs and ONNX files carry it."""
    return compile_document(parse(Source(name, text)))


def compile_document(document: Document) -> Compiled:
    """Compile a document whose `extends` is resolved."""
    linked = link(document)
    spec, faults = validate(linked)
    if spec is None:
        raise SpecErrors(*faults)
    faults += check_sections(spec, linked)
    graph, more = _network(spec, linked)
    faults += more
    if faults or graph is None:
        raise SpecErrors(*faults)
    return Compiled(linked, spec, graph)


def _network(spec: Spec, document: Document) -> tuple[Graph | None, list[Diagnostic]]:
    """Lower a spec; where its classes are not those of the document, nothing can be said of the head."""

    def locate(path: Path, key: bool) -> Span:
        return document.key_span(path) if key else document.span(path)

    faults = check_names(spec.model, locate, shipped_blocks())
    if any(fault.code in (Code.UNKNOWN_BLOCK, Code.UNKNOWN_NAME, Code.CONFLICT) for fault in faults):
        return None, faults
    faults += check_unread(spec.model, document.key_span)
    try:
        return lower(spec.model, document.span), faults
    except SpecErrors as error:
        guessed = spec.model.classes != document.value["model"].get("classes")
        return None, faults + [fault for fault in error.diagnostics if not (guessed and fault.code is Code.HEAD)]
