"""Bytes of a network -> a session of onnxruntime on the CPU.

Enters: bytes that `parse_onnx` let through. Leaves: a session. No file is opened here, and none by onnxruntime.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from resnet_spec.deploy.catch_onnxruntime import catch_onnxruntime

if TYPE_CHECKING:
    import onnxruntime

SILENT = 4  # onnxruntime's severity `fatal`: its refusals become diagnostics, not lines on stderr


def open_session(
    content: bytes, *, threads: int | None = None, optimize: bool = True, save_rewritten: Path | None = None
) -> onnxruntime.InferenceSession:
    """Load a network.

    Args:
        content: the network.
        threads: threads of one operator; default: as many as onnxruntime thinks best.
        optimize: whether onnxruntime may rewrite the graph, as it does by default.
        save_rewritten: where to write the graph that it really runs.

    Raises:
        OnnxRefused: onnxruntime does not load it.
    """
    import onnxruntime

    level = onnxruntime.GraphOptimizationLevel
    options = onnxruntime.SessionOptions()
    options.log_severity_level = SILENT
    options.graph_optimization_level = level.ORT_ENABLE_ALL if optimize else level.ORT_DISABLE_ALL
    # Else bytes that are a valid ONNX network could be read as another format, past every check made on them.
    options.add_session_config_entry("session.load_model_format", "ONNX")
    if save_rewritten is not None:
        options.optimized_model_filepath = str(save_rewritten)
    if threads is not None:
        options.intra_op_num_threads = threads
    with catch_onnxruntime("does not load in onnxruntime"):
        # Without its fallback, which prints to stdout and tries the same again.
        return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"], enable_fallback=0)
