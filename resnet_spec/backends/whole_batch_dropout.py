"""Dropout for training with TensorFlow on several devices: each takes its part of the mask that one would draw."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf


class WholeBatchDropout(keras.layers.Dropout):  # type: ignore[misc]
    """Keras's dropout of a share of a batch; its seed is the same on every device; never saved: see `to_keras`."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        """Draw for the whole batch, and apply what falls to this device; there is a batch only in training."""
        context = tf.distribute.get_replica_context()
        if not training or not self.rate or context is None or context.num_replicas_in_sync == 1:
            return super().call(inputs, training=training)
        share, *rest = inputs.shape
        whole = super().call(tf.ones((share * context.num_replicas_in_sync, *rest), inputs.dtype), training=True)
        begin = context.replica_id_in_sync_group * share
        return inputs * whole[begin : begin + share]
