"""A network and how it learns -> the images that validation takes at once."""

from __future__ import annotations

from resnet_spec.ir import Graph
from resnet_spec.passes.layer_table import layer_table
from resnet_spec.passes.peak_activations import peak_activations
from resnet_spec.spec.train import Train
from resnet_spec.train.measure_memory import count_kept

_MOST = 256
_SMALL = 1 << 24
"""Numbers that are room for everybody: 64 MiB."""
_WORKSPACE = 2
"""What a framework may take of the room that layers need, for copies in another order and the like."""


def choose_validation_batch(graph: Graph, train: Train, devices: int) -> int:
    """Take many images, but no more than have room where what training keeps of its batch has.

    Args:
        graph: the network.
        train: its batch size, and the parts that a batch is run in.
        devices: how many share a batch in training; under TensorFlow one of them validates for all.

    Returns:
        256, or a multiple of a device's share of a training batch, once at least.
    """
    share = max(1, train.batch_size // train.gradient_accumulation_steps // devices)
    room = max(_SMALL, count_kept(graph) * share)
    most = room // (_WORKSPACE * peak_activations(layer_table(graph)))
    return _MOST if most >= _MOST else max(1, most // share) * share
