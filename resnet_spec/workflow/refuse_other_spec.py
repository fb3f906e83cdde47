"""A shipped network and the spec of a run -> nothing, or a refusal: it is of another spec."""

from __future__ import annotations

from resnet_spec.compile import Compiled
from resnet_spec.deploy.network import Network
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def refuse_other_spec(network: Network, compiled: Compiled) -> None:
    """Hold what a network says of itself against a run's spec.

    Raises:
        InputError: it carries another spec, or takes other images.
    """
    said, shape = network.description, compiled.spec.model.input.shape
    if said.spec_sha256 != compiled.sha256:
        message = f"`{network.name}` is of another spec, {said.spec_sha256[:12]}; the run's is {compiled.sha256[:12]}"
    elif said.shape != shape:
        message = f"`{network.name}` takes images of {said.shape}, the run's spec {shape}"
    else:
        return
    raise InputError(Diagnostic(Code.ONNX_INVALID, message, help="use a file that `resnet-spec export` made"))
