"""What the source of a network published: the figures that it is held against."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from resnet_spec.spec.field import Node, Published, Text

Share = Annotated[float, Field(strict=True, allow_inf_nan=False, ge=0, le=1)]


class Expect(Node):
    """Published figures; `check`, `build`, `train` and `export` fail where the network differs."""

    total_params: Published | None = None
    """All parameters, batch-norm statistics included."""
    trainable_params: Published | None = None
    """Parameters that training changes."""
    non_trainable_params: Published | None = None
    """Parameters that training does not change by gradients: batch-norm statistics."""
    macs: Published | None = None
    """Multiply-accumulates of convolutions and dense layers, for one image."""
    accuracy: Share | None = None
    """Test accuracy that was published; reports show it beside the one reached."""
    source: Text | None = None
    """Where the figures are from."""
