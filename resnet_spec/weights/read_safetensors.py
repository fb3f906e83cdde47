"""A safetensors file of torchvision or timm -> modules in Keras's layout, values still in the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.ir import Shape
from resnet_spec.weights.peer import Kind, Module, Tensor

# Channel kernels slide along the height of a column of channels; see `lower`.
_LAYOUTS: dict[int, tuple[int, ...]] = {2: (1, 0), 3: (2, 1, 0), 4: (2, 3, 1, 0)}
_NORM_ROLES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def read_safetensors(path: Path) -> list[Module]:
    """List the modules of a file; a module is what stands before the last dot of a name.

    Raises:
        InputError: the file is missing or not safetensors, or its numbers are of a kind that NumPy lacks.
    """
    from safetensors import SafetensorError, safe_open

    try:
        file: Any = safe_open(path, framework="numpy")
        shapes = {name: tuple(file.get_slice(name).get_shape()) for name in file.keys()}  # noqa: SIM118 - no mapping
    except (OSError, SafetensorError) as error:
        raise _fault(f"cannot read `{path}` as safetensors: {error}") from None
    modules: dict[str, dict[str, Shape]] = {}
    for name, shape in shapes.items():
        module, _, suffix = name.rpartition(".")
        modules.setdefault(module, {})[suffix] = shape
    return [_module(file, path, name, tensors) for name, tensors in modules.items()]


def _module(file: Any, path: Path, name: str, shapes: dict[str, Shape]) -> Module:
    kind: Kind = "kernel" if len(shapes.get("weight", ())) > 1 else "norm" if "weight" in shapes else "other"
    return Module(name, kind, tuple(_tensors(file, path, name, shapes, kind)))


def _tensors(file: Any, path: Path, module: str, shapes: dict[str, Shape], kind: Kind) -> Iterator[Tensor]:
    for suffix, shape in shapes.items():
        name = f"{module}.{suffix}" if module else suffix
        layout = _LAYOUTS.get(len(shape), tuple(range(len(shape))))
        column = (1,) if len(shape) == 3 else ()
        role = {"weight": "kernel"}.get(suffix, suffix) if kind == "kernel" else _NORM_ROLES.get(suffix, "")
        target = tuple(shape[axis] for axis in layout) + column
        yield Tensor(name, role, shape, target, _reader(file, path, name, layout, target))


def _reader(file: Any, path: Path, name: str, layout: tuple[int, ...], shape: Shape) -> Callable[[], np.ndarray]:
    def read() -> np.ndarray:
        try:
            array: np.ndarray = file.get_tensor(name)
        except (TypeError, ValueError) as error:
            raise _fault(f"`{name}` in `{path}` cannot be read: {error}") from None
        return np.ascontiguousarray(array.transpose(layout).reshape(shape), dtype=np.float32)

    return read


def _fault(message: str) -> InputError:
    help = "in PyTorch: `safetensors.torch.save_file(model.state_dict(), path)`, in float32"
    return InputError(Diagnostic(Code.WEIGHTS, message, None, help))
