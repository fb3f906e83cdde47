"""The second witness: Keras's own shapes and counts, layer by layer, against ours."""

from __future__ import annotations

import keras

from resnet_spec.backends.keras_name import keras_name
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic
from resnet_spec.ir import Graph


def check_keras(model: keras.Model, graph: Graph) -> None:
    """Hold a Keras model against the graph that it was built from.

    Raises:
        CheckFailed: a layer's output shape or parameter count differs, or the model's totals do.
    """
    faults = []
    for node in graph:
        layer = model.get_layer(keras_name(node.name))
        ours, theirs = (node.shape, node.params), (tuple(layer.output.shape[1:]), layer.count_params())
        if ours != theirs:
            faults.append(_differs(node.name, ours, theirs))
    trainable = sum(int(keras.ops.size(weight)) for weight in model.trainable_weights)
    ours_total = (sum(n.params for n in graph), sum(n.trainable_params for n in graph))
    if (model.count_params(), trainable) != ours_total:
        faults.append(_differs("the model's totals", ours_total, (model.count_params(), trainable)))
    if faults:
        raise CheckFailed(*faults)


def _differs(what: str, ours: object, theirs: object) -> Diagnostic:
    return Diagnostic(
        Code.COUNTS_DIFFER,
        f"{what}: our count says {ours}, Keras says {theirs}",
        help="this is a bug in resnet-spec: please report it with the spec",
    )
