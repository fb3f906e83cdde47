"""Convolution for training with TensorFlow on a CPU in bfloat16: the gradient of a large kernel as matrix products.

oneDNN shares the gradient of a kernel among threads well only where they can wait for each other, and in TensorFlow's
pool they cannot: at 512 channels and 8 by 8 pixels it reached half the rate of a product (oneDNN 3.7, TensorFlow 2.21).
So this is only built where it pays, and never saved: see `to_keras`.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

_ENTRIES_A_PIXEL = 500
"""From how many entries of one place of a kernel, for each pixel of an image, products are faster; measured."""


class ProductConv2D(keras.layers.Conv2D):  # type: ignore[misc]
    """`keras.layers.Conv2D`: the same numbers, and the same gradients up to rounding."""

    def convolution_op(self, inputs: Any, kernel: Any) -> Any:
        """Convolve a batch (batch, height, width, channels)."""
        if not self._pays(inputs):
            return super().convolution_op(inputs, kernel)
        return _convolve(inputs, keras.ops.convert_to_tensor(kernel), self.padding.upper())

    def _pays(self, inputs: Any) -> bool:
        height, width, channels = inputs.shape[1:]
        plain = (*self.strides, *self.dilation_rate, self.groups) == (1, 1, 1, 1, 1)
        large = channels * self.filters >= _ENTRIES_A_PIXEL * height * width
        return plain and large and inputs.dtype == tf.bfloat16


def _convolve(inputs: Any, kernel: Any, padding: str) -> Any:
    @tf.custom_gradient  # type: ignore[untyped-decorator]
    def convolve(inputs: Any, kernel: Any) -> Any:
        def gradients(steepness: Any) -> tuple[Any, Any]:
            behind = tf.raw_ops.Conv2DBackpropInput(
                input_sizes=tf.shape(inputs),
                filter=kernel,
                out_backprop=steepness,
                strides=[1, 1, 1, 1],
                padding=padding,
            )
            return behind, _kernel_gradient(inputs, steepness, kernel.shape, padding)

        return tf.nn.conv2d(inputs, kernel, strides=1, padding=padding), gradients

    return convolve(inputs, kernel)


def _kernel_gradient(inputs: Any, steepness: Any, shape: Any, padding: str) -> Any:
    """Multiply, for each place of the kernel, what it saw with what came of it."""
    rows, columns, channels, filters = shape
    if padding == "SAME":
        border = [[0, 0], *([(size - 1) // 2, size // 2] for size in (rows, columns)), [0, 0]]
        inputs = tf.pad(inputs, border)
    height, width = steepness.shape[1:3]
    came = tf.reshape(steepness, (-1, filters))
    products = [
        tf.matmul(tf.reshape(inputs[:, y : y + height, x : x + width], (-1, channels)), came, transpose_a=True)
        for y in range(rows)
        for x in range(columns)
    ]
    return tf.reshape(tf.stack(products), shape)
