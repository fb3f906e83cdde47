"""First weights are Keras's by distribution, and the same numbers on every backend."""

import hashlib
import importlib.util
import math
import os
import subprocess
import sys

import keras
import numpy as np
import pytest

from resnet_spec.backends.draw_kernel import draw_kernel

NAMES = ["he_normal", "he_uniform", "glorot_normal", "glorot_uniform", "lecun_normal", "lecun_uniform"]
SHAPES = [(3, 3, 32, 96), (200, 100)]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_distribution_is_keras_s(name, shape):
    ours = draw_kernel(name, shape, seed=1, path="stem.conv1")
    theirs = keras.ops.convert_to_numpy(keras.initializers.get(name)(shape))
    assert ours.dtype == np.float32
    assert ours.shape == shape
    assert ours.std() == pytest.approx(theirs.std(), rel=0.03)
    assert abs(ours.mean()) < 5 * ours.std() / math.sqrt(ours.size)
    assert np.abs(ours).max() == pytest.approx(np.abs(theirs).max(), rel=0.01), "where it is cut off"
    for share in (0.1, 0.25, 0.75, 0.9):
        assert np.quantile(ours, share) == pytest.approx(np.quantile(theirs, share), abs=float(0.05 * ours.std()))


@pytest.mark.parametrize(("name", "value"), [("zeros", 0), ("ones", 1)])
def test_constants(name, value):
    assert (draw_kernel(name, (3, 2), seed=0, path="a") == value).all()


def test_a_kernel_follows_from_seed_and_path_alone():
    def draw(seed, path):
        return draw_kernel("he_normal", (3, 3, 4, 4), seed=seed, path=path)

    assert np.array_equal(draw(1, "a"), draw(1, "a"))
    assert not np.array_equal(draw(1, "a"), draw(2, "a"))
    assert not np.array_equal(draw(1, "a"), draw(1, "b"))


def test_an_unknown_initializer_is_refused():
    with pytest.raises((KeyError, NotImplementedError)):
        draw_kernel("dirty", (3, 2), seed=0, path="a")


PRINT = """\
import hashlib
from resnet_spec.train.prepare_backend import prepare_backend
prepare_backend()
from resnet_spec.backends.check_keras import check_keras
from resnet_spec.backends.keras_weights import get_weights
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.compile import compile_spec
graph = compile_spec("quickstart").graph
model = to_keras(graph, seed=3)
check_keras(model, graph)
digest = hashlib.sha256()
for name, array in sorted(get_weights(model, graph).items()):
    digest.update(name.encode() + array.tobytes())
print(digest.hexdigest())
"""


@pytest.mark.parametrize("backend", ["jax", "torch"])
def test_every_backend_starts_from_the_same_numbers(backend):
    if importlib.util.find_spec(backend) is None:
        pytest.skip(f"{backend} is not installed")
    from resnet_spec.backends.keras_weights import get_weights
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.compile import compile_spec

    graph = compile_spec("quickstart").graph
    digest = hashlib.sha256()
    for name, array in sorted(get_weights(to_keras(graph, seed=3), graph).items()):
        digest.update(name.encode() + array.tobytes())
    done = subprocess.run(
        [sys.executable, "-c", PRINT], capture_output=True, text=True, check=False, timeout=60,
        env={**os.environ, "KERAS_BACKEND": backend},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.split()[-1] == digest.hexdigest()


def test_a_saved_model_names_keras_s_own_initializer(tmp_path):
    from resnet_spec.backends.to_keras import to_keras
    from resnet_spec.compile import compile_spec

    model = to_keras(compile_spec("quickstart").graph)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    assert isinstance(loaded.get_layer("stem.conv1").kernel_initializer, keras.initializers.HeNormal)
