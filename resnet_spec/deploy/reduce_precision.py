"""A verified float32 network -> the same in smaller numbers, if it classifies nearly as well.

Enters: a network, images to calibrate it with and labelled ones to score it on. Leaves: bytes, and what it lost. A
network that lost too much does not leave. What the file says about itself, and where it goes, is the caller's affair.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.check_onnx import check_onnx
from resnet_spec.deploy.count_kernels import count_kernels
from resnet_spec.deploy.find_peak import find_peak
from resnet_spec.deploy.form import PLAIN, Form
from resnet_spec.deploy.make_probes import make_probes
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.deploy.precision import MAX_DROP, Precision, Reduction
from resnet_spec.deploy.quantize import quantize
from resnet_spec.deploy.run_session import run_session
from resnet_spec.deploy.to_float16 import to_float16
from resnet_spec.deploy.verify_onnx import BATCHES
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic, InputError

BATCH = 32
MAX_FLOAT16 = 65504.0
INTEGER_CONVOLUTION = "QLinearConv"
Logits = NDArray[np.float32]


def reduce_precision(
    content: bytes,
    precision: Precision,
    *,
    calibration: NDArray[np.uint8],
    test: Split,
    max_drop: float = MAX_DROP,
    form: Form = PLAIN,
) -> tuple[bytes, Reduction]:
    """Convert a network, check the result as any other export, and score it beside the original on the same images.

    Args:
        content: the float32 network, verified.
        precision: what to convert it to.
        calibration: training images, (images, height, width, channels).
        test: labelled images that the network was not trained on.
        max_drop: points of accuracy that it may lose.
        form: what the network takes and gives.

    Raises:
        CheckFailed: `EXPORT_INVALID` if the result is no valid network, `ACCURACY_DROP` if it lost too much,
            `NOT_FINITE` if its numbers are too small for what it computes.
        InputError: there are no images to calibrate or to score it with.
    """
    _check_images(calibration, test)
    try:
        reduced = _reduce(content, precision, calibration, form)
        convolutions = check_onnx(reduced, form).nodes.get("Conv", 0)
        before, after = (_logits(each, test, form) for each in (content, reduced))
        _check_finite(reduced, test, precision, form)
        kernels = count_kernels(reduced)
    except OnnxRefused as refused:
        message = f"the {precision} network {refused}"
        raise CheckFailed(Diagnostic(Code.EXPORT_INVALID, message, help="this is a fault of the export")) from None
    found = Reduction(
        precision=precision,
        calibration_images=len(calibration),
        images=len(test),
        accuracy_before=_accuracy(before, test),
        accuracy_after=_accuracy(after, test),
        max_drop=max_drop,
        top1_agreement=float(np.mean(before.argmax(axis=1) == after.argmax(axis=1))),
        convolutions=convolutions,
        integer_convolutions=kernels[INTEGER_CONVOLUTION],
    )
    _hold(found)
    return reduced, found


def _check_images(calibration: NDArray[np.uint8], test: Split) -> None:
    for purpose, images in (("calibrate", calibration), ("score", test)):
        if not len(images):
            message = f"there are no images to {purpose} a smaller network with"
            raise InputError(Diagnostic(Code.DATA_MISMATCH, message, help="check the data's path and its splits"))


def _reduce(content: bytes, precision: Precision, calibration: NDArray[np.uint8], form: Form) -> bytes:
    if precision is not Precision.FLOAT16:
        return quantize(content, calibration, signed=precision is Precision.INT8_SIGNED, form=form)
    peak, where = find_peak(content, calibration, form)
    if not peak < MAX_FLOAT16:
        message = f"the network computes {peak:,.0f} in `{where}`, and float16 ends at {MAX_FLOAT16:,.0f}"
        raise CheckFailed(Diagnostic(Code.NOT_FINITE, message, help="export in float32, or as int8"))
    return to_float16(content)


def _logits(content: bytes, test: Split, form: Form) -> Logits:
    session = open_session(content)
    run_session(session, test.images[:1], 1, form)  # no batch size but that of the scoring would have been run
    return run_session(session, test.images, BATCH, form)[0]


def _check_finite(content: bytes, test: Split, precision: Precision, form: Form) -> None:
    """Run real and made-up images of every kind, at every batch size that a float32 network is run at."""
    session = open_session(content)
    some: NDArray[np.uint8] = test.images[: max(BATCHES)]
    for probe in make_probes(some, form.dtype):
        for batch in BATCHES:
            outputs = run_session(session, probe.images[:batch].astype(np.float32), batch, form)
            if not all(np.isfinite(each).all() for each in outputs):
                message = f"the {precision} network gives numbers that are not finite for a {probe.kind}"
                help = "export in float32, or as int8" if precision is Precision.FLOAT16 else "export in float32"
                raise CheckFailed(Diagnostic(Code.NOT_FINITE, message, help=help))


def _accuracy(logits: Logits, test: Split) -> float:
    return float(np.mean(logits.argmax(axis=1) == test.labels))


def _hold(found: Reduction) -> None:
    if found.drop > found.max_drop + 1e-9:
        message = (
            f"the {found.precision} network names {found.accuracy_after:.2%} of {found.images:,} images rightly, "
            f"the float32 one {found.accuracy_before:.2%}: {found.drop:.2f} points lost, {found.max_drop:g} allowed"
        )
        help = "calibrate with more images, or allow more with `--max-drop`"
        raise CheckFailed(Diagnostic(Code.ACCURACY_DROP, message, help=help))
