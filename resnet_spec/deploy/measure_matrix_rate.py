"""Threads -> how fast this machine multiplies float32 matrices: what a network's speed is held against."""

from __future__ import annotations

import time

import numpy as np

from resnet_spec.deploy.open_session import open_session

SIDE = 1024
SECONDS = 0.3


def measure_matrix_rate(threads: int) -> float:
    """Give the best GFLOP/s of a product of two matrices of 1024 x 1024, by onnxruntime as networks are run."""
    session = open_session(_product(), threads=threads)
    matrix = np.random.default_rng(0).normal(size=(SIDE, SIDE)).astype(np.float32)
    feeds = {"a": matrix, "b": matrix}
    best, end = float("inf"), time.perf_counter() + SECONDS
    session.run(None, feeds)
    while (begin := time.perf_counter()) < end or best == float("inf"):
        session.run(None, feeds)
        best = min(best, time.perf_counter() - begin)
    return 2 * SIDE**3 / best / 1e9


def _product() -> bytes:
    from onnx import TensorProto, helper

    a, b, c = (helper.make_tensor_value_info(name, TensorProto.FLOAT, (SIDE, SIDE)) for name in "abc")
    graph = helper.make_graph([helper.make_node("MatMul", ["a", "b"], ["c"])], "product", [a, b], [c])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    content: bytes = model.SerializeToString()
    return content
