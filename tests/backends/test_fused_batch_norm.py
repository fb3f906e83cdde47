"""The fused layer gives what Keras's gives: outputs, gradients, and moving statistics."""

import keras
import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's operation")


@pytest.mark.parametrize("options", [{}, {"scale": False}, {"center": False}, {"epsilon": 1e-12, "momentum": 0.6}])
@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize(("dtype", "tolerance"), [("float32", 2e-5), ("mixed_bfloat16", 4e-2)])
def test_it_agrees_with_keras(options, training, dtype, tolerance):
    from resnet_spec.backends.fused_batch_norm import FusedBatchNormalization

    random = np.random.default_rng(0)
    images = (3 + 2 * random.normal(size=(7, 5, 4, 6))).astype(np.float32)
    weight = random.normal(size=images.shape).astype(np.float32)
    found = []
    for kind in (keras.layers.BatchNormalization, FusedBatchNormalization):
        layer = kind(dtype=dtype, **options)
        layer.build(images.shape)
        layer.moving_mean.assign(np.arange(6.0))
        layer.moving_variance.assign(1 + np.arange(6.0))
        inputs = tf.constant(images)
        with tf.GradientTape() as tape:
            tape.watch(inputs)
            outputs = layer(inputs, training=training)
            loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * weight)
        gradients = tape.gradient(loss, [inputs, *[variable.value for variable in layer.trainable_variables]])
        found.append([outputs, *gradients, layer.moving_mean, layer.moving_variance])
    arrays = [[keras.ops.convert_to_numpy(keras.ops.cast(each, "float32")) for each in one] for one in found]
    for theirs, ours in zip(*arrays, strict=True):
        scale = max(1.0, float(np.abs(theirs).max()))
        assert np.abs(ours - theirs).max() <= tolerance * scale


def test_a_frozen_layer_uses_its_moving_statistics():
    from resnet_spec.backends.fused_batch_norm import FusedBatchNormalization

    layer = FusedBatchNormalization(trainable=False)
    images = np.full((2, 3, 3, 1), 5.0, np.float32)
    assert np.allclose(layer(images, training=True), 5.0 / np.sqrt(1.001), atol=1e-5)
    assert float(layer.moving_mean[0]) == 0.0
