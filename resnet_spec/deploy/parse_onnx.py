"""Bytes -> ModelProto that stands alone.

Enters: the bytes of one file, which may be anything. Leaves: a parsed network without data elsewhere, custom operators
or control flow. Neither onnx nor onnxruntime ever sees a path, so no file beside the network can be reached.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from resnet_spec.deploy.foreign_parts import foreign_parts
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.walk_messages import walk_messages

if TYPE_CHECKING:
    import onnx

MAX_ONNX_BYTES = (1 << 31) - 1  # what one protobuf message may hold


def parse_onnx(content: bytes) -> onnx.ModelProto:
    """Parse a network and refuse one that depends on anything outside itself, or holds more than one graph.

    Raises:
        OnnxRefused: not an ONNX network, larger than 2 GiB, with external data, custom operators or control flow.
    """
    import onnx
    from google.protobuf.message import DecodeError  # type: ignore[import-untyped]

    if len(content) > MAX_ONNX_BYTES:
        raise OnnxRefused("is larger than 2 GiB")
    model = onnx.ModelProto()
    try:
        model.ParseFromString(content)
    except DecodeError:
        raise OnnxRefused("is not an ONNX network, or is cut short") from None
    if not model.graph.node:
        raise OnnxRefused("is not an ONNX network, or is empty")
    _check_text(model)
    foreign = foreign_parts(model)
    if foreign:
        raise OnnxRefused("; ".join(foreign))
    return model


def _check_text(model: onnx.ModelProto) -> None:
    # protobuf lets such names through as bytes, and onnxruntime's own words about them cannot be read.
    for message, fields in walk_messages(model):
        for field, value in fields:
            if field.type == field.TYPE_STRING and (isinstance(value, bytes) or _has_bytes(value)):
                raise OnnxRefused(f"is damaged: the `{field.name}` of a {message.DESCRIPTOR.name} is not UTF-8 text")


def _has_bytes(value: Any) -> bool:
    return not isinstance(value, str) and any(isinstance(each, bytes) for each in value)
