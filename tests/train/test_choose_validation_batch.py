"""Validation needs no more memory than training, and finds the same whatever it takes at once."""

import importlib
import json
from pathlib import Path

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.passes.layer_table import layer_table
from resnet_spec.passes.peak_activations import peak_activations
from resnet_spec.train.choose_validation_batch import choose_validation_batch
from resnet_spec.train.measure_memory import count_kept

LARGE = ("model.input.shape=[1024, 1024, 3]", "train.batch_size=4")


def chosen(name, *settings, devices=1):
    compiled = compile_spec(name, settings)
    graph, train = compiled.graph, compiled.spec.train
    needed = peak_activations(layer_table(graph))
    return choose_validation_batch(graph, train, devices), needed, count_kept(graph) * train.batch_size


@pytest.mark.parametrize("name", ["quickstart", "resnet20", "wrn_28_10", "resnet50"])
def test_many_images_are_taken_where_there_is_room(name):
    assert chosen(name)[0] == 256


def test_a_small_batch_of_large_images_is_validated_in_small_batches():
    batch, needed, kept = chosen("resnet50", *LARGE)
    assert batch % 4 == 0
    assert batch * needed <= kept < 256 * needed, "256 at once would need more than training"


def test_parts_and_devices_leave_less_room():
    whole = chosen("resnet50", "model.input.shape=[1024, 1024, 3]", "train.batch_size=16")[0]
    parts = chosen(
        "resnet50", "model.input.shape=[1024, 1024, 3]", "train.batch_size=16", "train.gradient_accumulation_steps=4"
    )[0]
    shared = chosen("resnet50", "model.input.shape=[1024, 1024, 3]", "train.batch_size=16", devices=4)[0]
    assert parts == shared == chosen("resnet50", *LARGE)[0]
    assert whole > 2 * parts


def test_what_validation_finds_is_the_same_however_it_is_divided(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(Path(__file__).parent))
    tiny = importlib.import_module("fit_tiny")
    from resnet_spec.train import fit

    found = []
    for size in (256, 7):
        monkeypatch.setattr(fit, "choose_validation_batch", lambda *_, size=size: size)
        run = tmp_path / str(size)
        tiny.fit_tiny(run, ("epochs: 4", "epochs: 1"))
        found.append(json.loads((run / "history.jsonl").read_text()))
    assert found[0]["val_accuracy"] == found[1]["val_accuracy"]
    assert found[0]["val_loss"] == pytest.approx(found[1]["val_loss"], rel=1e-5)
    assert found[0]["loss"] == found[1]["loss"]
