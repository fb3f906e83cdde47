"""Bytes of a verified network, and of the same with fewer outputs -> nothing, or a refusal.

Enters: what `keep_outputs` took and what it made of it. Leaves: the certainty that they give the same numbers.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.check_onnx import check_onnx
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.interface import LOGITS
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.run_session import run_session
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic

BATCH = 32
ROUNDING = 1e-6
"""Of the largest number: what the two may differ by, if onnxruntime merges other steps."""


def verify_kept(whole: bytes, fewer: bytes, images: NDArray[np.uint8], form: Form) -> None:
    """Run both on real images.

    Args:
        whole: the network with both outputs, which was verified.
        fewer: the network with those of `form`.
        images: real ones, (images, height, width, channels).
        form: what the second network takes and gives.

    Raises:
        CheckFailed: the second is not valid, or gives other numbers.
    """
    both, place = replace(form, outputs=PLAIN.outputs), 0 if form.outputs == (LOGITS,) else 1
    try:
        check_onnx(fewer, form)
        wanted = run_session(open_session(whole), images, BATCH, both)[place]
        found = run_session(open_session(fewer), images, BATCH, form)[place]
    except OnnxRefused as refused:
        raise _failed(Code.EXPORT_INVALID, f"the exported network {refused}") from None
    apart = float(np.abs(found - wanted).max())
    if not apart <= ROUNDING * max(1.0, float(np.abs(wanted).max())):
        raise _failed(Code.EXPORT_PARITY, f"the network with {form.outputs[0]} alone differs by {apart:.2g}")


def _failed(code: Code, message: str) -> CheckFailed:
    return CheckFailed(Diagnostic(code, message, help="this is a fault of the export, not of the spec"))
