"""A safetensors file of torchvision or timm -> modules in Keras's layout, values still in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.ir import Shape
from resnet_spec.weights.narrow import narrow
from resnet_spec.weights.peer import Kind, Module, Tensor
from resnet_spec.weights.read_bfloat16 import read_bfloat16
from resnet_spec.weights.refuse_missing import refuse_missing

# Channel kernels slide along the height of a column of channels; see `lower`.
_LAYOUTS: dict[int, tuple[int, ...]] = {2: (1, 0), 3: (2, 1, 0), 4: (2, 3, 1, 0)}
_NORM_ROLES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}
_FLOATS = {"F16": "float16", "BF16": "bfloat16", "F32": "float32", "F64": "float64"}


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    handle: Any

    def shape(self, name: str) -> Shape:
        return tuple(self.handle.get_slice(name).get_shape())

    def numbers(self, name: str) -> str:
        found = str(self.handle.get_slice(name).get_dtype())
        return _FLOATS.get(found, found)

    def read(self, name: str) -> np.ndarray:
        numbers = self.numbers(name)
        if numbers not in _FLOATS.values():
            message = f"`{name}` in `{self.path}` holds numbers of the type {numbers}, which are no weights as they are"
            raise _fault(message)
        if numbers == "bfloat16":
            return read_bfloat16(self.path, name)
        array: np.ndarray = self.handle.get_tensor(name)
        return array


def read_safetensors(path: Path) -> list[Module]:
    """List the modules of a file; a module is what stands before the last dot of a name.

    The tensors' `read` refuses numbers that are not floating-point ones of 16, 32 or 64 bits.

    Raises:
        InputError: the file is missing or not safetensors.
    """
    from safetensors import SafetensorError, safe_open

    refuse_missing(path)
    try:
        file = _File(path, safe_open(path, framework="numpy"))
        shapes = {name: file.shape(name) for name in file.handle.keys()}  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError) as error:
        keras = "it is HDF5: say `--from keras`" if _is_hdf5(path) else ""
        raise _fault(f"cannot read `{path}` as safetensors: {error}", keras) from None
    modules: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        module, _, suffix = name.rpartition(".")
        modules.setdefault(module, {})[suffix] = shape
    return [_module(file, name, tensors) for name, tensors in modules.items()]


def _module(file: _File, name: str, shapes: dict[str, Shape]) -> Module:
    kind: Kind = "kernel" if len(shapes.get("weight", ())) > 1 else "norm" if "weight" in shapes else "other"
    return Module(name, kind, tuple(_tensors(file, name, shapes, kind)))


def _tensors(file: _File, module: str, shapes: dict[str, Shape], kind: Kind) -> Iterator[Tensor]:
    for suffix, shape in shapes.items():
        name = f"{module}.{suffix}" if module else suffix
        layout = _LAYOUTS.get(len(shape), tuple(range(len(shape))))
        column = (1,) if len(shape) == 3 else ()
        role = {"weight": "kernel"}.get(suffix, suffix) if kind == "kernel" else _NORM_ROLES.get(suffix, "")
        target = tuple(shape[axis] for axis in layout) + column
        yield Tensor(name, role, shape, target, file.numbers(name), _reader(file, name, layout, target))


def _reader(file: _File, name: str, layout: tuple[int, ...], shape: Shape) -> Callable[[], np.ndarray]:
    def read() -> np.ndarray:
        return narrow(file.read(name).transpose(layout).reshape(shape))

    return read


def _is_hdf5(path: Path) -> bool:
    with path.open("rb") as stream:
        return stream.read(4) == b"\x89HDF"


def _fault(message: str, help: str = "") -> InputError:
    usual = "in PyTorch: `safetensors.torch.save_file(model.float().state_dict(), path)`"
    return InputError(Diagnostic(Code.WEIGHTS, message, None, help or usual))
