"""What Keras runs on, and how, is for KERAS_BACKEND and the spec to say, and for no file in the user's home."""

import json
import os
import subprocess
import sys

SCRIPT = """
import json
import numpy as np
from resnet_spec.train.prepare_backend import prepare_backend
from resnet_spec.workflow.environment import environment

said = environment()["backend"]
prepare_backend()
import keras
from resnet_spec.backends.keras_weights import get_weights
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.backends.to_numpy import to_numpy
from resnet_spec.compile import compile_spec

graph = compile_spec("net.yaml").graph
model = to_keras(graph)
images = np.random.default_rng(0).normal(size=(2, 8, 8, 1)).astype(np.float32)
ours, theirs = to_numpy(graph, get_weights(model, graph))(images)[0], model.predict_on_batch(images)
print(json.dumps([said, keras.config.backend(), str(theirs.dtype), float(abs(ours - theirs).max())]))
"""


def test_a_keras_json_changes_nothing(tiny, tmp_path):
    (tmp_path / "net.yaml").write_text(tiny)
    config = {"backend": "jax", "image_data_format": "channels_first", "floatx": "float16", "epsilon": 0.5}
    (tmp_path / "keras.json").write_text(json.dumps(config))
    environment = {name: value for name, value in os.environ.items() if name != "KERAS_BACKEND"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT],
        cwd=tmp_path, capture_output=True, text=True, timeout=300, check=False,
        env={**environment, "KERAS_HOME": str(tmp_path)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    said, backend, dtype, error = json.loads(done.stdout.splitlines()[-1])
    assert said == backend == "tensorflow"
    assert dtype == "float32"
    assert error < 1e-5
