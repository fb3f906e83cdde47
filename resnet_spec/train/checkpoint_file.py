"""A checkpoint <-> bytes: safetensors, whose metadata hold a manifest and the hash of everything.

One file, so that no two files can disagree; arrays and JSON, so that nothing in it is ever executed.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from resnet_spec.train.checkpoint import Checkpoint, Identity
from resnet_spec.train.state import Arrays, Progress, State

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class _Manifest:
    format: int
    identity: Identity
    progress: Progress


class Damaged(Exception):
    """A checkpoint file that is not what was written; says in words what is wrong with it."""


def to_bytes(checkpoint: Checkpoint) -> bytes:
    """Give the content of a checkpoint's file."""
    from safetensors.numpy import save

    manifest = _MANIFEST.dump_json(_Manifest(_FORMAT, checkpoint.identity, checkpoint.state.progress)).decode()
    arrays = {name: np.asarray(array, order="C") for name, array in checkpoint.state.arrays.items()}
    content: bytes = save(arrays, {"manifest": manifest, "sha256": _digest(manifest, arrays)})
    return content


def read_checkpoint(path: Path) -> Checkpoint:
    """Read a checkpoint, and hold it against its hash.

    Raises:
        Damaged: it cannot be read, or is not what was written.
    """
    from safetensors import SafetensorError, safe_open

    try:
        with safe_open(path, framework="numpy") as file:
            metadata: dict[str, str] = file.metadata() or {}
            arrays: Arrays = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118 - not a mapping
    except (OSError, SafetensorError, ValueError, KeyError) as error:
        raise Damaged(f"it cannot be read: {error}") from None
    manifest = metadata.get("manifest", "")
    if metadata.get("sha256") != _digest(manifest, arrays):
        raise Damaged("its hash is not that of its content")
    try:
        found = _MANIFEST.validate_json(manifest)
    except ValidationError as error:
        raise Damaged(f"its manifest is not one that this version writes: {error.errors()[0]['msg']}") from None
    if found.format != _FORMAT:
        raise Damaged(f"it has format {found.format}; this version reads {_FORMAT}")
    return Checkpoint(found.identity, State(found.progress, arrays))


def _digest(manifest: str, arrays: Mapping[str, np.ndarray]) -> str:
    digest = hashlib.sha256(manifest.encode())
    for name, array in sorted(arrays.items()):
        digest.update(json.dumps([name, str(array.dtype), array.shape]).encode())
        digest.update(np.asarray(array, order="C").tobytes())
    return digest.hexdigest()


_MANIFEST = TypeAdapter(_Manifest)
