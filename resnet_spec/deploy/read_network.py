"""Path -> Network: read a shipped file, and refuse any other.

Enters: a path that a person gave, to a file that anyone may have made. Leaves: its bytes and its description. Nothing
is loaded or run; a spec can be recovered from here.
"""

from __future__ import annotations

from pathlib import Path

from resnet_spec.deploy.description import Description
from resnet_spec.deploy.interface import Interface
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.parse_onnx import MAX_ONNX_BYTES, parse_onnx
from resnet_spec.deploy.read_description import read_description
from resnet_spec.deploy.read_file import Unreadable, read_file
from resnet_spec.deploy.read_interface import read_interface
from resnet_spec.diagnostic import Code, Diagnostic, InputError

HELP = "use a file that `resnet-spec export` made"


def read_network(path: str | Path) -> Network:
    """Read a network that `resnet-spec` exported.

    Raises:
        InputError: the file is missing, is not such a network, depends on other files or custom operators, or does not
            agree with its own description.
    """
    name = str(path)
    content = _read(Path(path), name)
    try:
        model = parse_onnx(content)
        description = read_description(model, name=name)
        _agree(description, read_interface(model, description.form))
    except OnnxRefused as refused:
        raise InputError(Diagnostic(Code.ONNX_INVALID, f"`{name}` {refused}", help=HELP)) from None
    return Network(name, content, description)


def _read(path: Path, name: str) -> bytes:
    try:
        return read_file(path, limit=MAX_ONNX_BYTES)
    except Unreadable as refused:
        raise InputError(Diagnostic(Code.ONNX_INVALID, f"`{name}` {refused}", help=HELP)) from None
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        message = f"cannot read `{name}`: {reason}"
        raise InputError(Diagnostic(Code.DATA_NOT_FOUND, message, help="check the path of the .onnx file")) from None


def _agree(description: Description, interface: Interface) -> None:
    if not interface.takes(description.shape):
        raise OnnxRefused(f"says that it takes images of {description.shape}, but takes {interface.shape}")
    if len(description.class_names) != interface.classes:
        raise OnnxRefused(f"names {len(description.class_names)} classes, but gives {interface.classes} numbers")
