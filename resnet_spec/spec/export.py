"""What the ONNX file is."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from resnet_spec.spec.field import Node

Opset = Annotated[int, Field(strict=True, ge=13, le=18)]


class Export(Node):
    """What the ONNX file is."""

    opset: Opset = 17
    """Version of the ONNX operator set."""
