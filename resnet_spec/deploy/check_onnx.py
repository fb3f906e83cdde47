"""Bytes of a network -> its facts, if it is whole: everything about an export but its numbers.

Enters: bytes that an exporter made. Leaves: sizes, operators, opset. Numbers are `verify_onnx`'s work.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from resnet_spec.deploy.foreign_parts import DEFAULT_DOMAINS
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import Interface
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.parse_onnx import parse_onnx
from resnet_spec.deploy.read_interface import read_interface

if TYPE_CHECKING:
    import onnx


@dataclass(frozen=True, slots=True)
class OnnxFacts:
    """What a whole network is made of."""

    interface: Interface
    nodes: Mapping[str, int]
    """How many nodes of each operator, by name."""
    opset: int


def check_onnx(content: bytes, form: Form = PLAIN) -> OnnxFacts:
    """Check that a network is one file, valid, of consistent shapes, and has the inputs and outputs of a classifier.

    Raises:
        OnnxRefused: it is not, with the first reason.
    """
    model = parse_onnx(content)
    _check_standard(model)
    return OnnxFacts(read_interface(model, form), _nodes(model), _opset(model))


def _check_standard(model: onnx.ModelProto) -> None:
    import onnx

    try:
        onnx.checker.check_model(model, full_check=True)
        onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True, data_prop=True)
    except (onnx.checker.ValidationError, onnx.shape_inference.InferenceError) as fault:
        raise OnnxRefused(f"is not valid ONNX: {' '.join(str(fault).split())[:300]}") from None


def _nodes(model: onnx.ModelProto) -> dict[str, int]:
    return dict(sorted(Counter(str(node.op_type) for node in model.graph.node).items()))


def _opset(model: onnx.ModelProto) -> int:
    versions = [int(each.version) for each in model.opset_import if each.domain in DEFAULT_DOMAINS]
    if len(versions) != 1:
        raise OnnxRefused(f"declares {len(versions)} versions of ONNX's operators, not one")
    return versions[0]
