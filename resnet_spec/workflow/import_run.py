"""A peer's weight file -> a directory that `train` and `export` start from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from resnet_spec.compile import Compiled
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.train.run_directory import RunDirectory, create_run, write_json
from resnet_spec.weights.find_timm_name import find_timm_name
from resnet_spec.weights.match_weights import Match, match_weights
from resnet_spec.weights.peer import Fate, Module, Peer
from resnet_spec.weights.read_keras import read_keras
from resnet_spec.weights.read_safetensors import read_safetensors
from resnet_spec.weights.strip_prefix import strip_prefix
from resnet_spec.weights.weights_file import write_weights
from resnet_spec.workflow.environment import environment
from resnet_spec.write_atomically import write_atomically


@dataclass(frozen=True, slots=True)
class Imported:
    """A directory with a peer's weights, and what became of the peer's file."""

    run: RunDirectory
    fates: tuple[Fate, ...]
    """Of every tensor of the file."""
    prefix: str
    """What stood before every name and was passed over, such as `module.`; or empty."""
    new_head: bool
    """Whether the last layer starts anew."""


def import_run(compiled: Compiled, file: Path, peer: Peer, wanted: Path, *, new_head: bool) -> Imported:
    """Put a peer's weights under the network's path names, and write them with the spec.

    Args:
        compiled: the network.
        file: safetensors of torchvision or timm, or a Keras weight file.
        peer: whose file it is.
        wanted: the directory to make.
        new_head: whether the last layer may start anew, where none of the file fits it.

    Raises:
        InputError: the file cannot be read, is another peer's, or lacks weights that the network needs.
    """
    prefix, modules = _read(file, peer)
    match = match_weights(compiled.graph, modules)
    last = _last_layer(compiled)
    fresh = last if new_head else {}
    missing = [name for name in match.missing if name not in fresh]
    if missing:
        maybe = peer == "timm" and not find_timm_name(modules)
        other = "; no name in it is timm's alone: if it is torchvision's, say `--from torchvision`" if maybe else ""
        if last.keys() >= set(missing):
            other += f"; `--classes {compiled.spec.model.classes}` starts the last layer anew"
        raise _incomplete(file, missing, match, other)
    broken = [name for name, array in match.arrays.items() if not np.isfinite(array).all()]
    if broken:
        message = f"`{file}` gives numbers that are not finite for {', '.join(f'`{name}`' for name in broken[:5])}"
        raise InputError(
            Diagnostic(Code.WEIGHTS, message, None, "the training that wrote it went wrong: use another file")
        )
    run = create_run(wanted, compiled.spec.name)
    write_atomically(run.spec, compiled.text.encode())
    write_weights(run.weights, {**fresh, **match.arrays})
    write_json(run.environment, environment())
    write_json(
        run.path / "import.json",
        {"file": file.name, "from": peer, "prefix": prefix, "tensors": [asdict(f) for f in match.fates]},
    )
    return Imported(run, match.fates, prefix, new_head=not match.arrays.keys() >= fresh.keys())


def _read(file: Path, peer: Peer) -> tuple[str, Sequence[Module]]:
    if peer == "keras":
        return "", read_keras(file)
    prefix, modules = strip_prefix(read_safetensors(file))
    name = find_timm_name(modules)
    if peer == "torchvision" and name:
        message = f"`{file}` is not torchvision's: only timm has a module `{name}`"
        raise InputError(Diagnostic(Code.WEIGHTS, message, None, "say `--from timm`"))
    return prefix, modules


def _last_layer(compiled: Compiled) -> dict[str, np.ndarray]:
    """Start the classifier from zero: every class is as likely as any other until training says more."""
    last = next(node for node in reversed(compiled.graph.nodes) if node.weights)
    return {f"{last.name}.{weight.name}": np.zeros(weight.shape, np.float32) for weight in last.weights}


def _incomplete(file: Path, missing: list[str], match: Match, other: str) -> InputError:
    shown = ", ".join(f"`{name}`" for name in missing[:5])
    more = f" and {len(missing) - 5} more" if len(missing) > 5 else ""
    skipped = [f"`{fate.tensor}` {fate.shape}" for fate in match.fates if fate.status == "skipped"][:5]
    help = f"unused in the file: {', '.join(skipped)}" if skipped else "is it the file of another network?"
    return InputError(Diagnostic(Code.WEIGHTS, f"`{file}` has nothing for {shown}{more}", None, help + other))
