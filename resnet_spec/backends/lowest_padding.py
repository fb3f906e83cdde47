"""The one layer that Keras has no word for: a border of the lowest number, for PyTorch's padded maximum pooling."""

from __future__ import annotations

from typing import Any

import keras


@keras.saving.register_keras_serializable("resnet_spec")
class LowestPadding2D(keras.layers.Layer):  # type: ignore[misc]
    """Pads (batch, height, width, channels) with a number that no maximum takes.

    Args:
        padding: rows and columns added on every side.

    """

    def __init__(self, padding: tuple[int, int], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.padding = tuple(padding)

    def call(self, inputs: Any) -> Any:
        """Pad."""
        rows, columns = self.padding
        # float16 and bfloat16 both hold this number.
        return keras.ops.pad(inputs, [[0, 0], [rows, rows], [columns, columns], [0, 0]], constant_values=-65504.0)

    def get_config(self) -> dict[str, Any]:
        """Give what rebuilds the layer."""
        return {**super().get_config(), "padding": self.padding}
