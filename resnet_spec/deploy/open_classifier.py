"""Path -> Classifier that is ready to run.

Enters: a path that a person gave. Leaves: a loaded network. Refusing the wrong files is `read_network`'s work.
"""

from __future__ import annotations

from pathlib import Path

from resnet_spec.deploy.classifier import Classifier
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.read_network import HELP, read_network
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def open_classifier(path: str | Path, *, threads: int | None = None) -> Classifier:
    """Read and load a network that `resnet-spec` exported.

    Args:
        path: the .onnx file.
        threads: threads of one operator; default: as many as onnxruntime thinks best.

    Raises:
        InputError: `read_network` refuses the file, or onnxruntime does not load it.
    """
    network = read_network(path)
    try:
        session = open_session(network.content, threads=threads)
    except OnnxRefused as refused:
        raise InputError(Diagnostic(Code.ONNX_INVALID, f"`{network.name}` {refused}", help=HELP)) from None
    return Classifier(network.name, session, network.description)
