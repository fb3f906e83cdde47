"""The front of the compiler on one screen.

name -> file -> Document -> extends -> --set -> shipped blocks -> Spec -> Graph
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import reduce

from resnet_spec.compile.check_groups import check_groups
from resnet_spec.compile.check_resizing import check_resizing
from resnet_spec.compile.check_sections import check_sections
from resnet_spec.compile.check_source import check_source
from resnet_spec.compile.compiled import Compiled
from resnet_spec.compile.find_spec import find_parent, find_spec
from resnet_spec.compile.idle_inheritance import idle_inheritance
from resnet_spec.compile.link import link, shipped_blocks
from resnet_spec.compile.validate import validate
from resnet_spec.diagnostic import Code, Diagnostic, Source, SpecErrors, did_you_mean
from resnet_spec.document import Document, extend, override, parse, parse_once, read_source
from resnet_spec.lower import Finding, check_names, check_unread, lower
from resnet_spec.spec.grammar import kinds_at

MOST_GUESSES = 100
"""Faults that are told what may have been meant, and words that are compared: whoever has more gave the wrong file."""
OWN = frozenset({"description", "expect"})
"""What a spec says of itself alone: a child that extends it is another network, with figures of its own."""


def compile_spec(name: str, settings: Sequence[str] = (), *, own_images: bool = False) -> Compiled:
    """Compile a spec, by path or by the name of a shipped one.

    Args:
        name: a path to a YAML file, or a shipped spec's name.
        settings: overrides `path=value`.
        own_images: whether the network is for the images that the spec names, which must then suit it; other images
            may come from the command line, and a network can be looked at without any.

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
    return compile_document(override(document, settings), own_images=own_images)


def compile_text(text: str, name: str, *, own_images: bool = False) -> Compiled:
    """Compile the text of a resolved spec, as runs and ONNX files carry it; `own_images` as for `compile_spec`."""
    document = parse(Source(name, text))
    if place := document.keys.get(("extends",)):
        message = "the spec of a run or an ONNX file stands alone, and this one extends another"
        help = "`resnet-spec render SPEC` prints a spec with all that it extends"
        raise SpecErrors(Diagnostic(Code.UNKNOWN_KEY, message, place, help))
    return compile_document(document, own_images=own_images)


def compile_document(document: Document, *, own_images: bool = False) -> Compiled:
    """Compile a document whose `extends` is resolved; `own_images` as for `compile_spec`."""
    linked = link(document)
    spec, stand_ins, faults = validate(linked)
    if spec is None:
        raise SpecErrors(*faults)
    found = check_names(spec.model, shipped_blocks(), stand_ins) + check_unread(spec.model, stand_ins)
    idle = idle_inheritance(found, linked)
    if idle and not faults:
        return compile_document(reduce(Document.without, idle, linked), own_images=own_images)
    found = [finding for finding in found if finding.path not in idle]
    faults += [_diagnostic(finding, linked, guess=place < MOST_GUESSES) for place, finding in enumerate(found)]
    faults += check_sections(spec, linked, stand_ins)
    faults += check_source(spec, linked, stand_ins) if own_images else []
    try:
        graph = lower(spec.model, linked.span, stand_ins)
    except SpecErrors as error:
        raise SpecErrors(*faults, *error.diagnostics) from None
    faults += check_groups(spec, linked, graph, stand_ins)
    faults += check_resizing(spec, linked, graph, stand_ins)
    if faults:
        raise SpecErrors(*faults)
    return Compiled(linked, spec, graph)


def _diagnostic(finding: Finding, document: Document, *, guess: bool) -> Diagnostic:
    span = document.key_span(finding.path) if finding.key else document.span(finding.path)
    help = finding.help or (_suggest(finding.word, finding.known[:MOST_GUESSES]) if guess else "")
    return Diagnostic(finding.code, finding.message, span, help)


def _suggest(word: str, known: Sequence[str]) -> str:
    listing = f"known: {', '.join(known)}" if known else "none is declared"
    return " ".join(filter(None, [did_you_mean(word, known), listing]))
