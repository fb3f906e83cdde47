"""What ships with a run is every file that carries its spec, timed in one sitting, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import onnx
import pytest

from resnet_spec.deploy.precision import Precision, Reduction
from resnet_spec.deploy.read_network import read_network
from resnet_spec.deploy.write_description import write_description
from resnet_spec.deploy.write_evaluation import write_evaluation
from resnet_spec.report.shipping_facts import ShippedFile
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.workflow import choose_reference, measure_shipped
from resnet_spec.workflow.export_network import export_network

SCORE = {"images": 40, "accuracy": 0.75, "top5_accuracy": None, "loss": 0.5}
LOSS = Reduction(Precision.INT8_UNSIGNED, 16, 40, 0.75, 0.745, 0.6, 0.99, 5, 5)


@pytest.fixture
def run(tmp_path, tiny, compile_text, monkeypatch):
    """A run directory with `model.onnx`, and its compiled spec."""
    monkeypatch.setattr(choose_reference, "find_spec", lambda name: None)
    run, compiled = RunDirectory(tmp_path / "run"), compile_text(tiny + DATA)
    run.path.mkdir()
    random = np.random.default_rng(0)
    weights = {name: random.random(size, np.float32) for name, size in compiled.graph.weight_shapes().items()}
    images = random.integers(0, 256, (8, 8, 8, 1), np.uint8)
    export_network(compiled, weights, ("ant", "bee", "cat"), images, run.onnx, evaluation=SCORE)
    return run, compiled


DATA = "data:\n  source: {image_folder: nowhere}\n"


@pytest.fixture
def measure(run, monkeypatch):
    """Measure in no time, and say what was found, what was announced, and how often files were timed."""
    real, timed = measure_shipped.bench, []

    def counted(network, **options):
        timed.append(network.name)
        return real(network, **{**options, "seconds": 0, "matrix_gflops": {options["threads"][0]: 1.0}})

    monkeypatch.setattr(measure_shipped, "bench", counted)
    monkeypatch.setattr(measure_shipped, "TURNS", 1)

    def measure_it():
        announced = []
        timed.clear()
        found = measure_shipped.measure_shipped(*run, announced.append)
        return found, announced, len(timed)

    return measure_it


def write_smaller(run, name, loss=LOSS, **said):
    """Write a file that says that it is a smaller network, with other words where they are given."""
    network = read_network(run.onnx)
    model = onnx.load_from_string(write_description(network.content, network.description, None, loss))
    for pair in model.metadata_props:
        if pair.key == "resnet_spec.reduction":
            pair.value = json.dumps({**json.loads(pair.value), **said})
    onnx.save(model, run.path / name)


def test_a_file_beside_the_training_s_own_is_held_against_it(run, measure):
    write_smaller(run[0], "int8.onnx")
    found, announced, _ = measure()
    plain, smaller = found.files
    assert (plain.name, plain.numbers, plain.accuracy, plain.images) == ("model.onnx", "float32", 0.75, 40)
    assert plain.points_lost is plain.max_drop is None
    assert (smaller.name, smaller.numbers, smaller.accuracy) == ("int8.onnx", "int8-unsigned", 0.745)
    assert (smaller.points_lost, smaller.max_drop) == (pytest.approx(0.5), 0.6)
    assert (smaller.convolutions, smaller.integer_convolutions) == (6, 0), "counted here: the file only says int8"
    assert found.plain is plain
    assert found.images == 40
    assert plain.bytes == run[0].onnx.stat().st_size
    for file in found.files:
        assert [time.batch for time in file.times] == [1, 32]
        assert all(0 < time.p50_ms <= time.p95_ms and time.images_per_second > 0 for time in file.times)
    assert smaller.times_as_fast(plain, 32) == plain.ms(32) / smaller.ms(32)
    assert announced == ["timing the ONNX files"]


def test_nothing_is_timed_twice_and_a_new_file_has_all_timed(run, measure):
    first, _, timed = measure()
    assert timed == 1
    kept = run[0].shipping.read_bytes()
    assert measure() == (first, [], 0)
    assert run[0].shipping.read_bytes() == kept
    write_smaller(run[0], "int8.onnx")
    assert measure()[2] == 2
    assert measure()[2] == 0
    write_smaller(run[0], "int8.onnx", replace(LOSS, accuracy_after=0.746))
    assert measure()[2] == 2, "another file of the same name"
    (run[0].path / "int8.onnx").unlink()
    assert measure()[2] == 1, "times of a sitting with another file in it"
    run[0].shipping.write_text('{"files": []}')
    assert measure()[2] == 1, "what cannot be understood is found again"


@pytest.mark.parametrize(
    "said",
    [
        {"accuracy_after": float("nan")},
        {"accuracy_after": 1.5},
        {"accuracy_before": "0.9"},
        {"max_drop": float("inf")},
        {"images": 0},
        {"images": True},
        {"precision": "int2"},
        {"precision": None},
    ],
    ids=str,
)
def test_figures_that_cannot_be_leave_the_file_out(said, run, measure):
    write_smaller(run[0], "odd.onnx", **said)
    found, announced, _ = measure()
    assert [file.name for file in found.files] == ["model.onnx"]
    assert announced[0].startswith("left out of the report: `")
    assert announced[0].endswith("odd.onnx` has a `resnet_spec.reduction` that cannot be understood")


@pytest.mark.parametrize("text", ["", "[]", "{", '{"images": 1}', "[" * 10_000, '{"images": 1, "accuracy": NaN}'])
def test_an_evaluation_that_cannot_be_leaves_the_file_out(text, run, measure):
    model = onnx.load(run[0].onnx)
    next(pair for pair in model.metadata_props if pair.key == "resnet_spec.evaluation").value = text
    onnx.save(model, run[0].onnx)
    found, announced, _ = measure()
    assert found is None
    assert "`resnet_spec.evaluation` that cannot be understood" in announced[0]
    assert not run[0].shipping.exists()


def test_what_is_not_of_the_run_is_left_out_and_named(run, measure):
    directory, network = run[0].path, read_network(run[0].onnx)
    (directory / "garbage.onnx").write_bytes(b"garbage\x00")
    (directory / "folder.onnx").mkdir()
    other = replace(network.description, spec=network.description.spec + "# other\n")
    (directory / "other.onnx").write_bytes(write_description(network.content, other, None))
    (directory / "evil\x1b[2J\n.onnx").write_bytes(b"evil")
    model = onnx.load(run[0].onnx)
    model.graph.initializer[0].dims[0] += 1
    onnx.save(model, directory / "torn.onnx")
    found, announced, _ = measure()
    assert [file.name for file in found.files] == ["model.onnx"]
    for name, reason in (
        ("garbage.onnx", "is not an ONNX network"),
        ("folder.onnx", "is a directory"),
        ("other.onnx", "is of another spec"),
        ("torn.onnx", ""),
        ("evil\\u001b[2J\\n.onnx", "is not an ONNX network"),
    ):
        (line,) = (line for line in announced if f"{name}` {reason}" in line)
        assert line.startswith("left out of the report: `")
        assert line.isprintable()
    again, repeated, timed = measure()
    assert (again, timed) == (found, 0)
    assert sorted(repeated) == sorted(announced[:-2] + announced[-1:]), "all but that files are timed"


def test_a_name_that_is_not_text_is_written_out(run, measure):
    content = write_evaluation(run[0].onnx.read_bytes(), SCORE)
    (run[0].path / "\udcff\u202e.onnx").write_bytes(content)
    names = [file.name for file in measure()[0].files]
    assert names == ["model.onnx", "\\udcff\\u202e.onnx"]
    assert measure()[2] == 0


def test_a_float32_file_is_what_others_are_held_against_wherever_it_stands():
    def file(name, numbers):
        return ShippedFile(name, "", 1, numbers, None, None, None, None, 1, 0, ())

    def plain(*files):
        found = measure_shipped.Shipping("", 1, "", files, ()).plain
        return found and found.name

    assert plain(file("a.onnx", "float32"), file("model.onnx", "float32")) == "model.onnx"
    assert plain(file("model.onnx", "float16"), file("z.onnx", "float32")) == "z.onnx"
    assert plain(file("model.onnx", "int8-signed")) is None
