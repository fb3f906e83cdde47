"""The gradient of a large kernel as products: Keras's numbers, by other operations, and only where that pays."""

import keras
import numpy as np
import pytest

tf = pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's operation")


def gradients(kind, shape, *, dtype="mixed_bfloat16", **options):
    """Give outputs and gradients of a layer on random images, and the operations that made them."""
    random = np.random.default_rng(0)
    layer = kind(dtype=dtype, **options)
    layer.build(shape)
    layer.kernel.assign(random.normal(size=layer.kernel.shape) / 50)
    images = tf.constant(random.normal(size=shape), layer.compute_dtype)
    weight = random.normal(size=layer.compute_output_shape(shape)).astype(np.float32)

    @tf.function
    def learn(images):
        variables = [variable.value for variable in layer.trainable_variables]
        with tf.GradientTape() as tape:
            tape.watch(images)
            outputs = layer(images)
            loss = tf.reduce_sum(tf.cast(outputs, tf.float32) * weight)
        return [outputs, *tape.gradient(loss, [images, *variables])]

    found = [keras.ops.convert_to_numpy(keras.ops.cast(each, "float32")) for each in learn(images)]
    return found, {operation.type for operation in learn.get_concrete_function(images).graph.get_operations()}


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((3, 4, 4, 96), {"filters": 96, "kernel_size": 3, "padding": "same", "use_bias": False}),
        ((2, 4, 5, 128), {"filters": 96, "kernel_size": (2, 3), "padding": "same"}),
        ((2, 4, 5, 64), {"filters": 256, "kernel_size": (3, 2), "padding": "valid"}),
        ((2, 3, 3, 64), {"filters": 128, "kernel_size": 1}),
    ],
)
def test_a_large_kernel_agrees_with_keras_by_products(shape, options):
    from resnet_spec.backends.product_conv import ProductConv2D

    theirs, _ = gradients(keras.layers.Conv2D, shape, **options)
    ours, made = gradients(ProductConv2D, shape, **options)
    assert "MatMul" in made
    assert "Conv2DBackpropFilter" not in made
    for one, other in zip(theirs, ours, strict=True):
        assert one.shape == other.shape
        # A bfloat16 holds 8 bits; an entry that is a pixel off would differ by as much as it is.
        assert np.abs(one - other).max() <= 2**-7 * np.abs(one).max()


@pytest.mark.parametrize(
    ("shape", "options"),
    [
        ((2, 8, 8, 32), {"filters": 32, "kernel_size": 3}),
        ((2, 4, 4, 128), {"filters": 128, "kernel_size": 3, "strides": 2}),
        ((2, 4, 4, 128), {"filters": 128, "kernel_size": 3, "dilation_rate": 2, "padding": "same"}),
        ((2, 4, 4, 128), {"filters": 128, "kernel_size": 3, "groups": 2}),
        ((2, 4, 4, 128), {"filters": 128, "kernel_size": 3, "dtype": "float32"}),
    ],
)
def test_another_is_keras_own(shape, options):
    from resnet_spec.backends.product_conv import ProductConv2D

    theirs, _ = gradients(keras.layers.Conv2D, shape, **options)
    ours, made = gradients(ProductConv2D, shape, **options)
    assert "MatMul" not in made
    for one, other in zip(theirs, ours, strict=True):
        assert np.array_equal(one, other)
