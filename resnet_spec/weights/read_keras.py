"""A Keras weight file (`.weights.h5`, or the older `.h5`) -> modules, values still in the file.

Only arrays that the file itself holds are read: HDF5 can also point into other files, and those pointers are refused.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.weights.narrow import narrow
from resnet_spec.weights.peer import Module, Tensor
from resnet_spec.weights.refuse_missing import refuse_missing


def read_keras(path: Path) -> list[Module]:
    """List the layers of a file that have weights.

    Raises:
        InputError: the file is missing, not HDF5, or points outside itself.
    """
    import h5py

    refuse_missing(path)
    try:
        file = h5py.File(path, "r")
        return [_module(name, arrays) for name, arrays in _layers(path, file).items()]
    except OSError as error:
        torch = "it is safetensors: say `--from torchvision` or `--from timm`" if _is_safetensors(path) else ""
        raise _fault(f"cannot read `{path}` as HDF5: {error}", torch) from None


def _layers(path: Path, file: Any) -> dict[str, list[tuple[str, Any]]]:
    """Group datasets by layer: Keras 3 names the layer on the group and numbers its arrays, Keras 2 uses its path."""
    layers: dict[str, list[tuple[str, Any]]] = {}
    for place, dataset in _datasets(path, file, ""):
        parts = place.strip("/").split("/")
        if parts[-2:-1] == ["vars"]:
            name, role = _text(dataset.parent.attrs.get("name", parts[-3])), ""
        else:
            name, role = parts[-2], parts[-1].partition(":")[0]
        layers.setdefault(name, []).append((role, dataset))
    return layers


def _datasets(path: Path, group: Any, place: str) -> Iterator[tuple[str, Any]]:
    import h5py

    for name in group:
        here = f"{place}/{name}"
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise _fault(f"`{path}` is refused: `{here}` is a link")
        item = group[name]
        if isinstance(item, h5py.Dataset):
            if item.external or item.is_virtual:
                raise _fault(f"`{path}` is refused: `{here}` keeps its values in another file")
            if item.dtype.kind == "f":
                yield here, item
        else:
            yield from _datasets(path, item, here)


def _module(name: str, arrays: list[tuple[str, Any]]) -> Module:
    tensors = tuple(_tensor(name, role, dataset) for role, dataset in arrays)
    kind = "kernel" if any(len(tensor.shape) > 1 for tensor in tensors) else "norm"
    return Module(name, "kernel" if kind == "kernel" else "norm", tensors)


def _tensor(layer: str, role: str, dataset: Any) -> Tensor:
    shape = tuple(dataset.shape)
    label = role or dataset.name.rpartition("/")[2]
    return Tensor(f"{layer}/{label}", role, shape, shape, dataset.dtype.name, lambda: narrow(dataset[()]))


def _text(value: Any) -> str:
    return value.decode() if isinstance(value, bytes) else str(value)


def _is_safetensors(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(9)[8:] == b"{"


def _fault(message: str, help: str = "") -> InputError:
    usual = "give a file that `model.save_weights('name.weights.h5')` wrote"
    return InputError(Diagnostic(Code.WEIGHTS, message, None, help or usual))
