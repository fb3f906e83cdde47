"""The network that the project began with: its own layer table and training log are the witnesses."""

import csv
import re
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.passes.layer_table import layer_table
from resnet_spec.train.keep_best import keep_best
from resnet_spec.train.schedule import Counters, Rate

HERE = Path(__file__).parent
# Keras cut long class names in its summary.
CUT = {"BatchNo": "BatchNormalization", "BatchN": "BatchNormalization", "AveragePoo": "AveragePooling2D"}


def published_rows():
    """Read name, type, shape, parameters and inputs of each row of the seed's table."""
    rows = []
    for line in (HERE / "eip4_week4_summary.txt").read_text(encoding="utf-8").splitlines():
        row = re.match(r"(\w+) \((\w+)\)?\s+\(None, ([\d, ]+)\)\s+(\d+)\s*(\S*)", line)
        if row:
            name, kind, shape, params, source = row.groups()
            shape = tuple(int(side) for side in shape.split(","))
            rows.append((name, CUT.get(kind, kind), shape, int(params), [source] if source else []))
        elif re.fullmatch(r"\s+\w+\[0\]\[0\]\s*", line):
            rows[-1][4].append(line.strip())
    return rows


def test_every_row_of_the_table():
    published = published_rows()
    layers = layer_table(compile_spec("eip4_week4").graph)
    assert len(published) == len(layers) == 67
    ours = {f"{name}[0][0]": layer.name for (name, *_), layer in zip(published, layers, strict=True)}
    for (_, kind, shape, params, inputs), layer in zip(published, layers, strict=True):
        assert (layer.type, layer.output_shape, layer.params) == (kind, shape, params)
        assert list(layer.inputs) == [ours[source] for source in inputs]


def test_totals():
    cost = compile_spec("eip4_week4").cost
    assert (cost.total_params, cost.trainable_params, cost.non_trainable_params) == (12_627_082, 12_619_274, 7_808)


@pytest.fixture
def log():
    with (HERE / "eip4_week4_log.csv").open(encoding="utf-8") as lines:
        return [{key: float(value) for key, value in row.items()} for row in csv.DictReader(lines)]


def test_the_schedule_drops_when_the_log_does(log):
    train = compile_spec("eip4_week4").spec.train
    rate = Rate(train.schedule, steps_per_epoch=390, epochs=50)
    counters = Counters(train.optimizer.learning_rate)
    drops = {}
    for row in log:
        before, counters = counters.base, rate.after_epoch(counters, {"val_loss": row["val_loss"]})
        if counters.base != before:
            drops[int(row["epoch"])] = counters.base
    assert drops == {
        14: pytest.approx(0.0009486833062967954, rel=1e-6),
        18: pytest.approx(0.0003000000007813074, rel=1e-6),
        27: pytest.approx(0.0001),
    }


def test_the_best_weights_are_kept_when_the_log_says(log):
    best, kept = None, []
    for row in log:
        if keep_best("val_accuracy", row["val_acc"], best):
            best = row["val_acc"]
            kept.append(int(row["epoch"]))
    assert kept == [1, 2, 4, 7, 8, 9, 10, 11, 15, 19, 22, 28, 31, 35, 41, 43, 46]
    assert best == 0.9047


def test_steps_of_an_epoch():
    assert 50_000 // compile_spec("eip4_week4").spec.train.batch_size == 390
