"""The rows on exporting and using, from the command line; each file of bytes is one that a stranger might give.

45 to 47 are in tests/deploy/test_verify_onnx and tests/workflow/test_export_network; 49 in tests/deploy/test_predict;
50 in tests/deploy/test_open_classifier; 52 in tests/report; 53 in tests/cli/test_check_and_show.
"""

import io
import json
import pickle
import zipfile

import h5py
import numpy as np
import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.weights.weights_file import write_weights

WITHOUT_KERAS = {"KERAS_BACKEND": "not.installed"}  # nor can it be the name of a package


class Payload:
    """What unpickling it would run."""

    def __reduce__(self):
        return (open, ("owned", "w"))


@pytest.fixture
def run(tmp_path):
    """Make a run directory of the quickstart network, with weights that were drawn."""
    compiled, random = compile_spec("quickstart"), np.random.default_rng(0)
    weights = {
        name: random.uniform(0.1, 0.2, shape).astype(np.float32)
        for name, shape in compiled.graph.weight_shapes().items()
    }
    folder = tmp_path / "run"
    folder.mkdir()
    (folder / "spec.yaml").write_text(compiled.text)
    write_weights(folder / "best.weights", weights)
    return folder, weights


def test_row_48_a_file_that_fails_is_not_put_in_place(run, program, tmp_path):
    folder, weights = run
    done = program("export", "run", "-o", "model.onnx", **WITHOUT_KERAS)
    assert done.returncode == 0, done.stderr
    assert "of plain NumPy" in " ".join(done.stdout.split())
    assert program("render", "model.onnx").stdout == (folder / "spec.yaml").read_text()
    before = (tmp_path / "model.onnx").read_bytes()

    weights["head.dense1.bias"][3] = np.nan
    write_weights(folder / "best.weights", weights)
    for name in ("model.onnx", "new.onnx"):
        done = program("export", "run", "-o", name, **WITHOUT_KERAS)
        assert done.returncode == 4
        assert "RS601" in done.stderr
        assert "Traceback" not in done.stderr
    assert (tmp_path / "model.onnx").read_bytes() == before
    assert not (tmp_path / "new.onnx").exists()


def hostile_keras():
    layer = {"class_name": "Lambda", "config": {"function": ["ZXhlYw==", None, None]}}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as pack:
        pack.writestr("config.json", json.dumps({"class_name": "Sequential", "config": {"layers": [layer]}}))
        pack.writestr("model.weights.h5", pickle.dumps(Payload()))
    return file.getvalue()


def hostile_h5():
    file = io.BytesIO()
    with h5py.File(file, "w") as pack:
        pack.attrs["model_config"] = json.dumps({"class_name": "Lambda"})
        pack.create_group("model_weights")["conv1"] = h5py.ExternalLink("/etc/passwd", "/")
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("w.keras", hostile_keras()),
        ("w.h5", hostile_h5()),
        ("w.h5", pickle.dumps(Payload())),
        ("w.weights.h5", b"\x89HDF"),
    ],
    ids=["lambda", "link", "pickle", "cut short"],
)
def test_row_51_hostile_weights_are_refused_and_not_obeyed(name, content, program, tmp_path):
    (tmp_path / name).write_bytes(content)
    done = program("import", "resnet50_keras", name, "--from", "keras", "-o", "out")
    assert done.returncode == 3
    assert name in done.stderr
    assert "Traceback" not in done.stderr
    assert sorted(path.name for path in tmp_path.iterdir()) == [name]
