"""Spec and graph -> diagnostics: groups of weights that match or say nothing, say a thing twice, or train nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fnmatch import fnmatchcase

from resnet_spec.diagnostic import Code, Diagnostic, Path
from resnet_spec.document import Document
from resnet_spec.ir import Graph
from resnet_spec.lower import StandIns
from resnet_spec.spec import Spec
from resnet_spec.spec.train import Epochs, Group, Train
from resnet_spec.spec.treatment import treatment

_Finding = tuple[str, Path, str]


def check_groups(spec: Spec, document: Document, graph: Graph, stand_ins: StandIns) -> list[Diagnostic]:
    """Hold `train.groups` against the weights that there are; nothing is held against stand-ins."""
    groups = spec.train.groups if spec.train else ()
    known = not stand_ins.touches(("model",))
    learnt = _learnt(graph) if groups and known else []
    found = [finding for place, group in enumerate(groups) for finding in _check(group, ("train", "groups", place))]
    found += [
        _no_weight(group, ("train", "groups", place), learnt)
        for place, group in enumerate(groups)
        if known and not any(fnmatchcase(name, group.match) for name in learnt)
    ]
    if spec.train and learnt and any(group.trainable is not None for group in groups) and not found:
        found += _idle_epoch(spec.train, learnt)
    return [
        Diagnostic(Code.CONFLICT, message, document.span(path), help)
        for message, path, help in found
        if not stand_ins.touches(path)
    ]


def _learnt(graph: Graph) -> list[str]:
    """Name the weights; only of a graph without stand-ins, where every layer can be."""
    return [f"{node.name}.{weight.name}" for node in graph for weight in node.weights if weight.trainable]


def _no_weight(group: Group, path: Path, learnt: Sequence[str]) -> _Finding:
    help = f"write a path name such as `{learnt[0]}`, with `*` for what may differ" if learnt else "leave it out"
    return f"`match: {group.match}` is the name of no weight that is trained", (*path, "match"), help


def _idle_epoch(train: Train, learnt: Sequence[str]) -> Iterator[_Finding]:
    """Find the first epoch that trains nothing; only where a span begins or ends can there be one."""
    spans = [group.trainable for group in train.groups if isinstance(group.trainable, Epochs)]
    ends = [span.until_epoch + 1 for span in spans if span.until_epoch is not None]
    treatments = {name: treatment(train, name) for name in learnt}
    for epoch in sorted({1, *ends, *(span.from_epoch for span in spans)}):
        if epoch <= train.epochs and not any(found.trained_in(epoch) for found in treatments.values()):
            place = max(place for place, group in enumerate(train.groups) if group.trainable is not None)
            message = f"every weight is frozen in epoch {epoch}, which would train nothing"
            help = "let some weights be trained in every epoch: `head.*`, for example"
            yield message, ("train", "groups", place, "trainable"), help
            return


def _check(group: Group, path: Path) -> Iterator[_Finding]:
    if not group.model_fields_set - {"match"}:
        yield "the group says nothing of its weights", path, "say what is different for them, or leave it out"
    optimizer, span = group.optimizer, group.trainable
    if optimizer is not None and group.weight_decay is not None and "weight_decay" in optimizer.model_fields_set:
        message = f"`weight_decay` is said of the group, and of its optimizer `{optimizer.tag}`"
        yield message, (*path, "weight_decay"), "say it once"
    if isinstance(span, Epochs) and span.until_epoch is not None and span.until_epoch < span.from_epoch:
        message = f"trained from epoch {span.from_epoch} until epoch {span.until_epoch} is never"
        yield message, (*path, "trainable"), "write `trainable: false`, or a later `until_epoch`"
