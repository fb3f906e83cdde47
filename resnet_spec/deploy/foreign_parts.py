"""ModelProto -> what in it is not its own: data in other files, operators that are not ONNX's; or programs.

Enters: a parsed network, of any origin. Leaves: sentences for people. Nothing is loaded or resolved here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from resnet_spec.deploy.walk_messages import walk_messages

if TYPE_CHECKING:
    import onnx

DEFAULT_DOMAINS = frozenset({"", "ai.onnx"})
# tf2onnx declares the classical-ML operators in every file; a declaration that no node uses is inert.
DECLARED_DOMAINS = DEFAULT_DOMAINS | {"ai.onnx.ml"}


def foreign_parts(model: onnx.ModelProto) -> tuple[str, ...]:
    """Name what makes a network depend on more than its own file and ONNX's own operators, or run without end.

    A network of ours is one graph; a loop, a branch or a function holds another, and may run it 2^62 times. Every
    message is visited, so tensors in attributes, subgraphs, functions and sparse tensors count like any other.

    Returns:
        Sentences that go on from "the network ..."; empty for a network that stands alone.
    """
    found: dict[str, None] = {}
    for message, _ in walk_messages(model):
        match message.DESCRIPTOR.name:
            case "TensorProto" if message.data_location == message.EXTERNAL or message.external_data:
                found[f"keeps the data of tensor `{message.name}` in another file"] = None
            case "NodeProto" | "FunctionProto" if message.domain not in DEFAULT_DOMAINS:
                found[f"uses the custom operator domain `{message.domain}`"] = None
            case "OperatorSetIdProto" if message.domain not in DECLARED_DOMAINS:
                found[f"uses the custom operator domain `{message.domain}`"] = None
            case "AttributeProto" if message.HasField("g") or message.graphs:
                found[f"uses control flow: an operator's `{message.name}` is a graph of its own"] = None
            case "FunctionProto":
                found[f"defines the function `{message.name}`"] = None
            case _:
                pass
    return tuple(found)
