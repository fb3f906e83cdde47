"""Network -> a model repository of Triton Inference Server: the file, its configuration, its class names.

Enters: a shipped file, and what to call it. Leaves: `<folder>/<name>/{config.pbtxt, labels.txt, 1/model.onnx}`. No
server is started, and no name from outside becomes anything but text.
"""

from __future__ import annotations

from pathlib import Path

from resnet_spec.deploy.choose_model_folder import choose_model_folder
from resnet_spec.deploy.interface import INPUT
from resnet_spec.deploy.network import Network
from resnet_spec.deploy.one_line import one_line
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.export import Dtype
from resnet_spec.write_atomically import write_atomically

MAX_BATCH = 32
"""Images that the server may put together; verification runs this batch."""
_TYPES: dict[Dtype, str] = {"float32": "TYPE_FP32", "uint8": "TYPE_UINT8"}
_VERSION = "1"


def lay_out_triton(network: Network, folder: Path, name: str) -> Path:
    """Write the repository into a folder, which may hold other models, and give the model's own folder.

    Args:
        network: the file to serve.
        folder: what `tritonserver --model-repository` will be given.
        name: of the model; `choose_model_folder` says what is kept of it.

    Raises:
        InputError: the folder has a model of this name, or cannot be written.
    """
    model = choose_model_folder(folder, name)
    version = model / _VERSION
    try:
        version.mkdir(parents=True)
    except OSError as error:
        message = f"cannot make `{version}`: {error.strerror or error}"
        raise InputError(Diagnostic(Code.RUN_DIRECTORY, message, None, "check space and permissions")) from None
    write_atomically(version / "model.onnx", network.content)
    labels = (one_line(label) for label in network.description.class_names)
    write_atomically(model / "labels.txt", "".join(f"{label}\n" for label in labels).encode())
    write_atomically(model / "config.pbtxt", _configuration(network, model.name).encode())
    return model


def _configuration(network: Network, name: str) -> str:
    from jinja2 import Environment, PackageLoader, StrictUndefined

    described, form = network.description, network.description.form
    height, width, channels = described.shape
    sides = (-1, -1) if form.resizes else (height, width)
    first = form.data_format == "channels_first"
    environment = Environment(
        loader=PackageLoader("resnet_spec.deploy"),
        autoescape=False,  # noqa: S701 - no HTML; text goes through `proto`
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["proto"] = _quoted
    return environment.get_template("config.pbtxt.j2").render(
        name=name,
        version=described.version,
        max_batch=MAX_BATCH,
        input=INPUT,
        type=_TYPES[form.dtype],
        axes="channels x height x width" if first else "height x width x channels",
        dims=(channels, *sides) if first else (*sides, channels),
        outputs=form.outputs,
        classes=len(described.class_names),
        sha256=described.spec_sha256,
    )


def _quoted(text: str) -> str:
    """Write text as a string of protobuf's text format, in ASCII: octal where it is neither letter nor plain sign."""
    data = text.encode("utf-8", "surrogateescape")
    plain = b" !#$%&()*+,-./:;<=>?@[]^_{|}~`"
    return '"' + "".join(chr(b) if (chr(b).isalnum() and b < 128) or b in plain else f"\\{b:03o}" for b in data) + '"'
