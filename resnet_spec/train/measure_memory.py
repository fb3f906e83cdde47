"""A network and how it learns -> the memory that its training needs, piece by piece."""

from __future__ import annotations

import math
from collections import Counter

from resnet_spec.ir import Graph
from resnet_spec.ir.graph import Node
from resnet_spec.ir.ops import Activation, Add, Flatten, GlobalAvgPool, Reshape
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.learner import Learner

_READ_NOTHING = (Add, Activation, Flatten, Reshape, GlobalAvgPool)
"""Ops whose gradient does not read their input."""


def measure_memory(graph: Graph, train: Train, data: Data, *, dtype: str) -> dict[str, int]:
    """Build the network and its optimizer, and count bytes.

    Args:
        graph: the network.
        train: its optimizer, average and batch size, and the parts that a batch is run in.
        data: what is done to the images.
        dtype: Keras's dtype policy of the layers.

    Returns:
        `weights`, `gradients`, `optimizer` and `average`, exactly; and `activations`: what backpropagation reads again
        of a batch, or of such a part of it, if nothing is computed twice. A compiler may need less, and needs room of
        its own beside it. Validation takes no more images at once than have room there (`choose_validation_batch`).
    """
    found: Counter[str] = Counter()
    for name, array in Learner(graph, train, data, dtype=dtype).arrays().items():
        found[name.partition(".")[0]] += array.nbytes
    learnt = sum(node.trainable_params for node in graph)
    at_once = train.batch_size // train.gradient_accumulation_steps
    return {
        "weights": found.pop("weights"),
        "gradients": 4 * learnt,
        **dict(sorted(found.items(), reverse=True)),
        "activations": count_kept(graph) * at_once * (2 if "16" in dtype else 4),
    }


def count_kept(graph: Graph) -> int:
    """Count the numbers of one image that gradients read: the inputs of products and norms, and what relu leaves."""
    readers: dict[str, list[Node]] = {}
    for node in graph:
        for source in node.inputs:
            readers.setdefault(source, []).append(node)
    kept = [node for node in graph if isinstance(node.op, Activation) or _read(readers.get(node.name, []))]
    return sum(math.prod(node.shape) for node in kept)


def _read(readers: list[Node]) -> bool:
    return any(not isinstance(reader.op, _READ_NOTHING) for reader in readers)
