"""What the ONNX file is."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from resnet_spec.spec.field import Node

Opset = Annotated[int, Field(strict=True, ge=13, le=18)]
Dtype = Literal["float32", "uint8"]
DataFormat = Literal["channels_last", "channels_first"]


class ExportInput(Node):
    """What the file takes: pixels from 0 to 255, RGB or grey; `data.normalize` is part of the network."""

    dtype: Dtype = "float32"
    """Type of the pixels."""
    data_format: DataFormat = "channels_last"
    """Order of the axes: batch, height, width, channels; or batch, channels, height, width."""
    resize: Literal["caller", "file"] = "caller"
    """Who does what `data.resize` says with an image of another size: the caller, who gives images of the input's
    size; or the file, which takes any size (one size for all images of a batch)."""


class Export(Node):
    """What the ONNX file is."""

    opset: Opset = 17
    """Version of the ONNX operator set."""
    input: ExportInput = ExportInput()
    """What the file takes, as `image`."""
    outputs: Literal["both", "logits", "probabilities"] = "both"
    """What the file gives, under these names: numbers before the softmax, numbers after it, or both."""
