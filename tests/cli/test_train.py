"""The main job from end to end, on small data, as whole processes."""

import io
import json
import shutil
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

pytestmark = pytest.mark.slow

SPEC = """\
name: tiny
model:
  input: {shape: [12, 12, 3]}
  classes: 2
  norm: {batch: {momentum: 0.8}}
  stem:
    - conv: {filters: 4}
    - norm
    - relu
  stages:
    - {block: basic, filters: 4, blocks: 1}
    - {block: basic, filters: 8, blocks: 1, strides: 2}
  head: [global_avg_pool, dense: {activation: softmax}]
data:
  source: {image_folder: images}
  validation: 0.2
  normalize: {mean: [0.5], std: [0.25]}
  augment: [random_flip, random_crop: {padding: 1, fill: reflect}]
train:
  epochs: 4
  batch_size: 16
  optimizer: {sgd: {learning_rate: 0.1, momentum: 0.9, nesterov: true}}
  schedule: {plateau: {patience: 1}}
  label_smoothing: 0.1
"""


def images(count, seed):
    """Draw pictures that are bright above or bright below."""
    random = np.random.default_rng(seed)
    for index in range(count):
        picture = random.integers(0, 120, (12, 12, 3))
        half = slice(0, 6) if index % 2 else slice(6, 12)
        picture[half] += 100
        stream = io.BytesIO()
        Image.fromarray(picture.astype(np.uint8)).save(stream, "PNG")
        yield ("above" if index % 2 else "below"), index, stream.getvalue()


@pytest.fixture
def place(tmp_path):
    (tmp_path / "net.yaml").write_text(SPEC)
    for split, count in (("train", 120), ("test", 40)):
        for name, index, content in images(count, seed=count):
            file = tmp_path / "images" / split / name / f"{index:03}.png"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
    return tmp_path


def test_from_a_spec_to_predictions(place, program):
    done = program("train", "net.yaml")
    assert done.returncode == 0, done.stderr
    run = place / "runs" / "tiny"
    assert {path.name for path in run.iterdir()} == {
        "spec.yaml", "environment.json", "history.jsonl", "timings.jsonl", "log.txt", "result.json", "best.weights",
        "checkpoints", "events", "mistakes", "model.keras", "model.onnx", "shipping.json", "report.html", "report.md",
        ".lock",
    }  # fmt: skip
    epochs = [json.loads(line) for line in (run / "history.jsonl").read_text().splitlines()]
    assert [epoch["epoch"] for epoch in epochs] == [1, 2, 3, 4]
    assert sum(line.startswith("epoch ") for line in done.stderr.splitlines()) == 4
    result = json.loads((run / "result.json").read_text())
    assert result["complete"] is True
    assert result["verification"]["max_relative"] <= 1e-4
    assert result["evaluation"]["accuracy"] >= 0.9
    page = (run / "report.html").read_text(encoding="utf-8")
    assert "ONNX agrees" in page
    assert "the same answers as the trained network, run by Keras" in page

    done = program("evaluate", "runs/tiny", "--json")
    assert json.loads(done.stdout)["accuracy"] == result["evaluation"]["accuracy"]

    # The test images alone are enough, and training images are not looked at.
    shutil.copytree(place / "images" / "test", place / "alone" / "test")
    damaged = shutil.copytree(place / "images", place / "damaged")
    (damaged / "train" / "above" / "001.png").write_bytes(b"no picture")
    shutil.copytree(place / "images" / "test", place / "val_alone" / "val")
    for source in ("alone", "damaged", "val_alone"):
        done = program("evaluate", "runs/tiny", "--data", source, "--json")
        assert done.returncode == 0, done.stderr
        assert json.loads(done.stdout)["accuracy"] == result["evaluation"]["accuracy"]
    assert "its val split; it has no test split" in done.stderr

    files = sorted(str(path.relative_to(place)) for path in (place / "images/test").rglob("*.png"))[:4]
    done = program("predict", "runs/tiny/model.onnx", *files, "--json", "--top", "2")
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["file"] for row in rows] == files
    assert all({entry["class"] for entry in row["classes"]} == {"above", "below"} for row in rows)
    assert all(sum(entry["probability"] for entry in row["classes"]) == pytest.approx(1, abs=1e-5) for row in rows)

    # The spec in the file is enough to find the data again; another spec name makes another directory.
    done = program("train", "runs/tiny/spec.yaml", "--set", "train.epochs=1")
    assert done.returncode == 0, done.stderr
    assert (place / "runs" / "tiny-2" / "model.onnx").is_file()

    done = program("export", "runs/tiny", "-o", "again.onnx")
    assert done.returncode == 0, done.stderr
    assert program("predict", "again.onnx", *files, "--json").stdout == program(
        "predict", "runs/tiny", *files, "--json"
    ).stdout  # fmt: skip

    (run / "report.html").unlink()
    assert program("report", "runs/tiny").returncode == 0
    assert "tiny" in (run / "report.html").read_text()


def archive(place, kind):
    target = place / f"images.{kind}"
    files = sorted((place / "images").rglob("*.png"))
    if kind == "zip":
        with zipfile.ZipFile(target, "w") as pack:
            for file in files:
                pack.write(file, file.relative_to(place / "images"))
    else:
        with tarfile.open(target, "w") as pack:
            for file in files:
                pack.add(file, file.relative_to(place / "images"))
    return target.name


def test_the_same_spec_and_seed_give_the_same_weights_from_a_folder_or_an_archive(place, program):
    found = []
    for number, source in enumerate(["images", archive(place, "zip"), archive(place, "tar")]):
        run = f"run{number}"
        done = program("train", "net.yaml", "--data", source, "--run", run, "--set", "train.epochs=2",
                       PYTHONHASHSEED=str(number))  # fmt: skip
        assert done.returncode == 0, done.stderr
        found.append((place / run / "best.weights").read_bytes())
    assert found[0] == found[1] == found[2]
    done = program("train", "net.yaml", "--run", "other", "--set", "train.epochs=2", "--set", "train.seed=1")
    assert done.returncode == 0, done.stderr
    assert (place / "other" / "best.weights").read_bytes() != found[0]


def test_mixed_precision_still_ships_float32(place, program):
    done = program("train", "net.yaml", "--run", "run", "--set", "train.precision=mixed_bfloat16")
    assert done.returncode == 0, done.stderr
    assert json.loads((place / "run" / "result.json").read_text())["verification"]["max_relative"] <= 1e-4


def test_a_loss_that_is_not_finite_is_named_with_its_step(place, program):
    done = program("train", "net.yaml", "--run", "run", "--set", "train.optimizer.sgd.learning_rate=1e30")
    assert done.returncode == 4
    assert "epoch 1, step" in done.stderr
    assert "1e+30" in done.stderr
    assert not (place / "run" / "model.onnx").exists()
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (shutil.rmtree, "images"),
        (lambda images: [path.unlink() for path in (images / "train" / "above").iterdir()], "above"),
        (lambda images: (images / "train" / "below" / "000.png").write_bytes(b"GIF?"), "000.png"),
        (lambda images: Image.new("RGB", (9, 9)).save(images / "test" / "above" / "001.png"), "data.resize"),
    ],
    ids=["missing folder", "class without images", "broken image", "another size"],
)
def test_bad_data_is_said_before_anything_is_made(place, program, spoil, says):
    spoil(place / "images")
    done = program("train", "net.yaml")
    assert done.returncode == 3
    assert says in done.stderr
    assert "Traceback" not in done.stderr
    assert not (place / "runs").exists()


def test_a_truncated_jpeg_is_named(place, program):
    path = place / "images" / "train" / "below" / "zzz.jpg"
    Image.effect_noise((12, 12), 50).convert("RGB").save(path)
    path.write_bytes(path.read_bytes()[:-40])
    done = program("train", "net.yaml")
    assert done.returncode == 3
    assert "zzz.jpg" in done.stderr


def test_a_run_directory_is_not_overwritten(place, program):
    (place / "run").mkdir()
    (place / "run" / "mine.txt").write_text("keep")
    done = program("train", "net.yaml", "--run", "run")
    assert done.returncode == 3
    assert "not empty" in done.stderr
    assert [path.name for path in (place / "run").iterdir()] == ["mine.txt"]


@pytest.mark.parametrize("content", [b"", b"not a network", b"<html></html>"])
def test_what_is_not_a_network_is_refused(place, program, content):
    (place / "bad.onnx").write_bytes(content)
    for command in (["predict", "bad.onnx", "images/test/above/001.png"], ["evaluate", "bad.onnx"]):
        done = program(*command)
        assert done.returncode == 3
        assert "bad.onnx" in done.stderr
        assert "Traceback" not in done.stderr
        assert done.stdout == ""


def test_the_quickstart_learns(tmp_path, program):
    done = program("train", "quickstart")
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "runs/quickstart/result.json").read_text())
    assert result["evaluation"]["accuracy"] > 0.97
    assert result["seconds"] < 60
    assert Path(tmp_path / "runs/quickstart/report.html").is_file()
