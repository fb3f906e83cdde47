"""Batch normalisation for training with TensorFlow on a CPU: one operation, where Keras 3 makes nine passes in float32.

On a GPU XLA fuses Keras's own; so this is only built where it pays, and never saved: see `to_keras`.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class FusedBatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """`keras.layers.BatchNormalization` of images with channels last: the same numbers, up to rounding."""

    def call(self, inputs: Any, training: bool | None = None, mask: Any = None) -> Any:
        """Normalise a batch (batch, height, width, channels); statistics are float32 whatever the images are."""
        if len(inputs.shape) != 4 or mask is not None:
            return super().call(inputs, training=training, mask=mask)
        learning = bool(training and self.trainable)
        channels = inputs.shape[-1]
        outputs, mean, variance, *_ = tf.raw_ops.FusedBatchNormV3(
            x=inputs,
            scale=self.gamma.value if self.scale else tf.ones(channels),
            offset=self.beta.value if self.center else tf.zeros(channels),
            mean=tf.zeros(0) if learning else self.moving_mean.value,
            variance=tf.zeros(0) if learning else self.moving_variance.value,
            epsilon=self.epsilon,
            is_training=learning,
        )
        if learning:
            pixels = tf.cast(tf.size(inputs) // channels, tf.float32)
            # The operation gives the unbiased variance, which PyTorch's statistics follow; Keras's follow the biased.
            self._follow(self.moving_mean, mean)
            self._follow(self.moving_variance, variance * (pixels - 1) / pixels)
        return outputs

    def _follow(self, statistic: Any, value: Any) -> None:
        statistic.assign(statistic * self.momentum + value * (1.0 - self.momentum))
