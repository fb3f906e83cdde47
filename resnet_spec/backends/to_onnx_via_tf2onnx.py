"""Graph and weights -> ONNX bytes, through Keras and tf2onnx."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

import keras
import numpy as np

from resnet_spec.backends.keras_weights import set_weights
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic, InputError
from resnet_spec.ir import Graph
from resnet_spec.ir.ops import Conv2D

OUTPUTS = ("logits", "probabilities")


def to_onnx_via_tf2onnx(graph: Graph, weights: Mapping[str, np.ndarray], *, opset: int) -> bytes:
    """Convert a deployable graph (see `passes.make_deployable`) with the weights of its network.

    Returns:
        A model from `image`, float32 (batch, height, width, channels), to `logits` and `probabilities`.

    Raises:
        InputError: Keras does not run on TensorFlow.
        CheckFailed: tf2onnx met an operation that it cannot write.
    """
    if keras.backend.backend() != "tensorflow":
        help = "run `KERAS_BACKEND=tensorflow resnet-spec export RUN`"
        message = f"export through tf2onnx needs Keras on TensorFlow, not on {keras.backend.backend()}"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))
    model = to_keras(graph)
    set_weights(model, graph, weights)
    _uncompile_groups(model, graph)
    return _convert(model, graph, opset)


def _uncompile_groups(model: keras.Model, graph: Graph) -> None:
    """Let grouped convolutions be traced as such: Keras compiles them with XLA, and tf2onnx sees a closed box."""
    import tensorflow as tf

    def plain(op: Conv2D) -> Callable[[Any, Any], Any]:
        return lambda inputs, kernel: tf.nn.convolution(
            inputs, kernel, op.strides, op.padding.upper(), dilations=op.dilation_rate
        )

    for node in graph:
        if isinstance(node.op, Conv2D) and node.op.groups > 1:
            model.get_layer(node.name).convolution_op = plain(node.op)


def _convert(model: keras.Model, graph: Graph, opset: int) -> bytes:
    import tensorflow as tf
    import tf2onnx

    signature = [tf.TensorSpec((None, *graph.input.shape), tf.float32, name=graph.input.name)]

    @tf.function(input_signature=signature)  # type: ignore[untyped-decorator]
    def network(image: Any) -> dict[str, Any]:
        return dict(zip(OUTPUTS, model(image, training=False), strict=True))

    with _Complaints() as complaints:
        proto, _ = tf2onnx.convert.from_function(
            network, input_signature=signature, opset=opset, custom_op_handlers=_HANDLERS
        )
    if complaints.lines:
        # tf2onnx goes on after an operation that it does not know, and writes a file that no one can load.
        raise CheckFailed(
            Diagnostic(Code.EXPORT_INVALID, f"tf2onnx could not convert the network: {complaints.lines[0]}")
        )
    data: bytes = proto.SerializeToString()
    return data


def _write_erfc(graph: Any, node: Any, *_arguments: Any) -> None:
    """Write `erfc(x)`, which Keras's exact GELU uses and ONNX lacks, as `1 - erf(x)`."""
    _write_difference(graph, node, "Erf", lambda erf, one: [one, erf])


def _write_expm1(graph: Any, node: Any, *_arguments: Any) -> None:
    """Write `expm1(x)`, which Keras's CELU uses and ONNX lacks, as `exp(x) - 1`."""
    _write_difference(graph, node, "Exp", lambda exp, one: [exp, one])


def _write_difference(graph: Any, node: Any, operator: str, order: Callable[[str, str], list[str]]) -> None:
    node.type, node.domain = operator, ""
    output = node.output[0]
    one = graph.make_const(f"{node.name}_one", np.array(1, np.float32)).output[0]
    difference = graph.make_node("Sub", order(output, one), name=f"{node.name}_difference")
    graph.insert_node_on_output(difference, output)


_HANDLERS: dict[str, tuple[Callable[..., None], list[Any]]] = {"Erfc": (_write_erfc, []), "Expm1": (_write_expm1, [])}


class _Complaints(logging.Handler):
    """Collects what tf2onnx logs as errors, and keeps its chatter off the terminal."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(record.getMessage())

    def __enter__(self) -> _Complaints:
        self._logger = logging.getLogger("tf2onnx")
        self._before = self._logger.level, self._logger.propagate
        self._logger.addHandler(self)
        self._logger.setLevel(logging.ERROR)
        self._logger.propagate = False
        return self

    def __exit__(self, *_exception: object) -> None:
        self._logger.removeHandler(self)
        self._logger.level, self._logger.propagate = self._before
