"""Arrays under path names, as safetensors: written atomically, read against what the network needs."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.write_atomically import write_atomically


def write_weights(path: Path, weights: Mapping[str, np.ndarray]) -> None:
    """Write arrays by path name as safetensors, atomically."""
    from safetensors.numpy import save

    write_atomically(path, save(dict(weights)))


def hash_weights(path: Path) -> str:
    """Give the SHA-256 of a file that `read_weights` could read."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_weights(path: Path, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, np.ndarray]:
    """Read the arrays that a network needs.

    Args:
        path: a safetensors file; nothing in it is ever executed.
        shapes: name and shape of every array of the network.

    Raises:
        InputError: the file is missing, not safetensors, or holds other arrays.
    """
    from safetensors import SafetensorError
    from safetensors.numpy import load_file

    try:
        arrays: dict[str, np.ndarray] = load_file(path)
    except (OSError, SafetensorError) as error:
        raise _weights_fault(f"cannot read weights from `{path}`: {error}", "train first") from None
    found = {name: tuple(array.shape) for name, array in arrays.items()}
    if found != dict(shapes):
        names = sorted(name for name in found.keys() | shapes.keys() if found.get(name) != shapes.get(name))
        message = f"`{path}` does not fit the network: {len(names)} arrays differ, `{names[0]}` first"
        raise _weights_fault(message, _OTHER)
    return arrays


_OTHER = (
    "they are of another network: leave `model` as it was there; for other classes begin with the pretrained file, "
    "where `resnet-spec import SPEC FILE --from ... --classes N` starts a new last layer"
)


def _weights_fault(message: str, help: str) -> InputError:
    return InputError(Diagnostic(Code.WEIGHTS, message, None, help))
