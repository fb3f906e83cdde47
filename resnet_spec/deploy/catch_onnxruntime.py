"""onnxruntime's exceptions -> OnnxRefused.

Enters: a block of code that calls onnxruntime. Leaves: its result, or a reason in one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from resnet_spec.deploy.onnx_refused import OnnxRefused


@contextmanager
def catch_onnxruntime(what: str) -> Iterator[None]:
    """Turn a fault of onnxruntime inside the block into a reason.

    Args:
        what: begins the reason, such as `does not load`.

    Raises:
        OnnxRefused: onnxruntime refused, with its own words cut to one line.
    """
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    # onnxruntime's exceptions have no base class of their own.
    faults = (
        state.EPFail,
        state.EngineError,
        state.Fail,
        state.InvalidArgument,
        state.InvalidGraph,
        state.InvalidProtobuf,
        state.NoModel,
        state.NoSuchFile,
        state.NotImplemented,
        state.RuntimeException,
        RuntimeError,
        UnicodeDecodeError,  # its words quote bytes of the network
    )
    try:
        yield
    except faults as fault:
        raise OnnxRefused(f"{what}: {_one_line(str(fault))}") from None


def _one_line(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= 300 else line[:297] + "..."
