"""A checkpoint's identity and what was asked for now -> nothing, or why the run cannot go on with it.

What may change is what the steps made so far do not depend on, and when the run ends; anything else would make of the
run a mixture that no spec describes. Where the end moves what was planned for those steps, `changed_plan` says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from resnet_spec.compile import Compiled, compile_text
from resnet_spec.compile.compare_documents import Change, compare_documents
from resnet_spec.compile.write_inline import write_inline
from resnet_spec.data.dataset import Dataset
from resnet_spec.diagnostic import Code, Diagnostic, InputError, Path
from resnet_spec.passes.compare_graphs import GraphChange, compare_graphs
from resnet_spec.train.checkpoint import Checkpoint
from resnet_spec.train.data_print import changes, data_print
from resnet_spec.train.state import Progress
from resnet_spec.workflow.sections import sections

FREE: tuple[Path, ...] = (
    ("name",),
    ("description",),
    ("expect",),
    ("export",),
    ("data", "source"),
    ("data", "on_bad_image"),
    ("data", "resident_mib"),
    ("data", "test_views"),
    ("train", "epochs"),
    ("train", "early_stopping"),
    ("train", "max_minutes"),
    ("train", "checkpoint_seconds"),
)
"""Settings that a run may go on with other values of; the images of another source have to be the same ones."""


def check_same_run(checkpoint: Checkpoint, compiled: Compiled, dataset: Dataset) -> None:
    """Hold the spec and the data of now against those of the checkpoint.

    Raises:
        InputError: the network, the way it learns or the images are others, with every difference; or it is to have
            fewer epochs than it has.
    """
    identity = checkpoint.identity
    before = compile_text(identity.spec, "the checkpoint's spec")
    network = compare_graphs(before.graph, compiled.graph)
    anew = _FROM_WEIGHTS if network.weights.all_fit else _FROM_SPEC
    found = [*_network(network, anew), *_settings(before, compiled, anew)]
    found += _epochs(checkpoint.state.progress, compiled)
    found += [
        _fault(f"the data set changed: {change}", f"restore the images, or {anew}")
        for change in changes(identity.data, data_print(dataset))
    ]
    if found:
        raise InputError(*found)


def _network(difference: GraphChange, anew: str) -> Iterator[Diagnostic]:
    if difference.layers:
        old, new = difference.old_cost.trainable_params, difference.new_cost.trainable_params
        message = (
            f"the network is another: {len(difference.layers)} layers differ, "
            f"`{difference.layers[0].name}` first; {old:,} trainable parameters before, {new:,} now"
        )
        yield _fault(message, f"put it back, or {anew}")


def _settings(before: Compiled, now: Compiled, anew: str) -> Iterator[Diagnostic]:
    old, new = ({key: value for key, value in each.document.value.items() if key != "model"} for each in (before, now))
    for change in compare_documents(old, new):
        free = any(change.path[: len(each)] == each for each in FREE)
        if not free and _meant(before, change.path) != _meant(now, change.path):
            yield _fault(f"`{_dotted(change.path)}` {_said(change)}", f"put it back, or {anew}")


def _meant(compiled: Compiled, path: Path) -> Any:
    """Give what a spec means by a section's key, whichever way it says so, or leaves the default."""
    meant: Any = compiled.spec
    for key in path[:2]:
        meant = getattr(meant, str(key), None)
    return meant


def _epochs(progress: Progress, now: Compiled) -> Iterator[Diagnostic]:
    _, train = sections(now)
    begun = progress.epoch if progress.step else progress.epoch - 1
    if train.epochs < begun:
        message = f"the run is in epoch {begun}, and `train.epochs` is now {train.epochs}"
        yield _fault(message, f"set it to {begun} or more, or begin a new run")


def _said(change: Change) -> str:
    old, new = write_inline(change.old), write_inline(change.new)
    return {"added": f"is now {new}", "removed": f"was {old}", "changed": f"was {old}, and is now {new}"}[change.kind]


def _dotted(path: Path) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")


def _fault(why: str, help: str) -> Diagnostic:
    return Diagnostic(Code.RUN_DIRECTORY, f"cannot go on: {why}", None, help)


_FROM_WEIGHTS = "begin a new run from these weights: `resnet-spec train RUN --run NEW`"
_FROM_SPEC = (
    "begin a new run without these weights, which do not fit: `resnet-spec train RUN/spec.yaml --run NEW --set ...`"
)
