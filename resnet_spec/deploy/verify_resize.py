"""Bytes of a network that resizes images, and real images -> nothing, or a refusal.

Enters: an export that takes images of any size. Leaves: the certainty that it makes of them what training did. What it
computes of images that need no resizing is `verify_onnx`'s work.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.fit_image import Resize, fit_image
from resnet_spec.deploy.catch_onnxruntime import catch_onnxruntime
from resnet_spec.deploy.form import Form
from resnet_spec.deploy.interface import INPUT, RESIZED
from resnet_spec.deploy.onnx_refused import OnnxRefused
from resnet_spec.deploy.open_session import open_session
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic

LEVELS = 1.01
"""A picture's pixels are rounded in each of two steps; numbers that are not differ by two halves and a trace."""
STRETCHES = ((1.0, 1.0), (1.7, 1.3), (0.8, 2.4), (0.7, 0.6))
IMAGES = 4


def verify_resize(content: bytes, images: NDArray[np.uint8], resize: Resize, form: Form) -> None:
    """Compare the pixels that a network makes of larger and smaller pictures with those that the data loader makes.

    Args:
        content: the network.
        images: real ones, (images, height, width, channels), of the input's shape.
        resize: the spec's `data.resize`.
        form: what the network takes.

    Raises:
        CheckFailed: they are more than a level apart, out of 255.
    """
    try:
        session = open_session(_with_pixels(content))
        worst = max(
            _difference(session, _stretched(image, factors), image.shape, resize, form)
            for image in images[:IMAGES]
            for factors in STRETCHES
        )
    except OnnxRefused as refused:
        raise _failed(Code.EXPORT_INVALID, f"the exported network {refused}") from None
    if not worst <= LEVELS:
        message = f"the exported network resizes images otherwise than the data loader: pixels differ by {worst:.3g}"
        raise _failed(Code.EXPORT_PARITY, message)


def _with_pixels(content: bytes) -> bytes:
    """Let a network give the pixels that it made, beside its answer."""
    import onnx

    model = onnx.load_model_from_string(content)
    if not any(RESIZED in node.output for node in model.graph.node):
        raise OnnxRefused("does not resize images")
    model.graph.output.add(name=RESIZED)
    shown: bytes = model.SerializeToString()
    return shown


def _stretched(image: NDArray[np.uint8], factors: tuple[float, float]) -> NDArray[np.uint8]:
    from PIL import Image

    height, width, _ = image.shape
    picture = Image.fromarray(image[:, :, 0] if image.shape[2] == 1 else image)
    size = (max(1, round(width * factors[1])), max(1, round(height * factors[0])))
    return np.asarray(picture.resize(size, Image.Resampling.BICUBIC)).reshape(size[1], size[0], -1)


def _difference(session: Any, image: NDArray[np.uint8], shape: tuple[int, ...], resize: Resize, form: Form) -> float:
    from PIL import Image

    height, width, channels = shape
    picture = Image.fromarray(image[:, :, 0] if channels == 1 else image)
    wanted = fit_image(picture, shape=(height, width, channels), resize=resize)
    batch = image[None].astype(form.dtype)
    batch = batch if form.data_format == "channels_last" else batch.transpose(0, 3, 1, 2)
    with catch_onnxruntime("does not resize images"):
        (found,) = session.run([RESIZED], {INPUT: batch})
    apart = found[0].transpose(1, 2, 0).astype(np.float32) - wanted.astype(np.float32)
    return float(np.abs(apart).max()) if np.isfinite(apart).all() else float("inf")


def _failed(code: Code, message: str) -> CheckFailed:
    return CheckFailed(Diagnostic(code, message, help="this is a fault of the export, not of the spec"))
