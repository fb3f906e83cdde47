"""The one layer that Keras has no word for: a border of other than zeros."""

from __future__ import annotations

from typing import Any, Literal

import keras


@keras.saving.register_keras_serializable("resnet_spec")
class FilledPadding2D(keras.layers.Layer):  # type: ignore[misc]
    """Pads (batch, height, width, channels) with a number that no maximum takes, or with the mirrored image.

    Args:
        padding: rows and columns added on every side.
        fill: `lowest`, for PyTorch's padded maximum pooling, or `reflect`.
    """

    def __init__(self, padding: tuple[int, int], fill: Literal["lowest", "reflect"], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = tuple(padding)
        self.fill = fill

    def call(self, inputs: Any) -> Any:
        """Pad."""
        rows, columns = self.padding
        widths = [[0, 0], [rows, rows], [columns, columns], [0, 0]]
        if self.fill == "reflect":
            return keras.ops.pad(inputs, widths, mode="reflect")
        # float16 and bfloat16 both hold this number.
        return keras.ops.pad(inputs, widths, constant_values=-65504.0)

    def get_config(self) -> dict[str, Any]:
        """Give what rebuilds the layer."""
        return {**super().get_config(), "padding": self.padding, "fill": self.fill}
