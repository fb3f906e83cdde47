"""The front of the compiler on one screen.

name -> file -> Document -> extends -> --set -> shipped blocks -> Spec -> Graph
"""

from __future__ import annotations

from collections.abc import Sequence

from resnet_spec.compile.compiled import Compiled
from resnet_spec.compile.find_spec import find_parent, find_spec
from resnet_spec.compile.link import link, shipped_blocks
from resnet_spec.compile.validate import validate
from resnet_spec.diagnostic import Code, Path, Source, Span, SpecErrors
from resnet_spec.document import Document, extend, override, parse, read_source
from resnet_spec.lower import check_names, lower
from resnet_spec.spec.grammar import kinds_at


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
        parse(read_source(file, shown)), file, find=find_parent, is_choice=lambda path: bool(kinds_at(path))
    )
    return compile_document(override(document, settings))


def compile_text(text: str, name: str) -> Compiled:
    """Compile the text of a resolved spec, as runs and ONNX files carry it."""
    return compile_document(parse(Source(name, text)))


def compile_document(document: Document) -> Compiled:
    """Compile a document whose `extends` is resolved."""
    linked = link(document)
    spec = validate(linked)

    def locate(path: Path, key: bool) -> Span:
        return linked.key_span(path) if key else linked.span(path)

    faults = check_names(spec.model, locate, shipped_blocks())
    if any(fault.code in (Code.UNKNOWN_BLOCK, Code.UNKNOWN_NAME) for fault in faults):
        raise SpecErrors(*faults)
    try:
        graph = lower(spec.model, linked.span)
    except SpecErrors as error:
        raise SpecErrors(*faults, *error.diagnostics) from None
    if faults:
        raise SpecErrors(*faults)
    return Compiled(linked, spec, graph)
