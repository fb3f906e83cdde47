"""Bytes of a network -> the operators that onnxruntime really runs on this machine.

Enters: a network. Leaves: counts by name, after onnxruntime's own rewriting.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

from resnet_spec.deploy.open_session import open_session


def count_kernels(content: bytes) -> Counter[str]:
    """Load a network, and count the nodes of the graph that onnxruntime made of it.

    Raises:
        OnnxRefused: onnxruntime does not load it.
    """
    import onnx

    with TemporaryDirectory() as folder:
        path = Path(folder, "rewritten.onnx")
        open_session(content, save_rewritten=path)
        return Counter(str(node.op_type) for node in onnx.load(path).graph.node)
