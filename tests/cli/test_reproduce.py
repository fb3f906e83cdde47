"""What a report says of how to make its run again is typed, and gives the same weights; from spec to report."""

import os
import re
import shlex
from pathlib import Path

import numpy as np
import pytest
from typer.testing import CliRunner

from resnet_spec.cli.main import app
from resnet_spec.train.prepare_backend import prepare_backend

pytestmark = pytest.mark.slow

SPEC = """\
name: net
model:
  input: {shape: [8, 8, 1]}
  classes: 2
  stem: [conv: {filters: 4}, norm, relu]
  stages: [{block: basic, filters: 4, blocks: 1}]
  head: [global_avg_pool, dense]
data:
  source: {npz: images.npz}
train:
  epochs: 1
  batch_size: 16
  optimizer: {sgd: {learning_rate: 0.05}}
  schedule: cosine
"""


@pytest.fixture
def place(tmp_path, monkeypatch):
    """Stand in a folder with a spec, and images that are bright above or below."""
    monkeypatch.chdir(tmp_path)
    Path("net.yaml").write_text(SPEC)
    random, arrays = np.random.default_rng(0), {}
    for split, count in (("train", 48), ("test", 16)):
        labels = np.arange(count) % 2
        images = random.integers(0, 150, (count, 8, 8, 1))
        for image, label in zip(images, labels, strict=True):
            image[4 * label : 4 * label + 4] += 80
        arrays |= {f"x_{split}": images.astype(np.uint8), f"y_{split}": labels}
    np.savez("images.npz", **arrays)
    prepare_backend()


def type_in(command, run=None):
    """Run a command of this program, in this process; gives what the terminal said."""
    words = shlex.split(command.replace("NEW", run or "NEW"))[1:]
    done = CliRunner().invoke(app, words, catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.output


def recipe(run):
    text = Path(run, "report.md").read_text(encoding="utf-8").split("## How to reproduce")[1]
    return re.search("```sh\n(.*?)\n```", text, re.DOTALL)[1].splitlines(), text


def weights(run):
    return Path(run, "best.weights").read_bytes()


def test_a_tuned_run_that_was_made_longer_is_made_again(place):
    type_in("resnet-spec train net.yaml --run parent")
    assert "starting from the weights" not in Path("parent/log.txt").read_text()
    assert recipe("parent")[0] == ["resnet-spec train parent/spec.yaml"]

    type_in("resnet-spec train parent --run tuned --set train.optimizer.sgd.learning_rate=0.02")
    assert "starting from the weights of parent\n" in Path("tuned/log.txt").read_text()
    command, text = recipe("tuned")
    assert command == ["resnet-spec train parent --set 'train.optimizer={sgd: {learning_rate: 0.02}}'"]
    assert "began with the weights of parent" in text
    type_in(command[0])
    assert weights("runs/net") == weights("tuned")
    type_in("resnet-spec train tuned/spec.yaml --run untuned")
    assert weights("untuned") != weights("tuned"), "what the report used to say"

    type_in("resnet-spec train tuned --resume --set train.epochs=2")
    commands, text = recipe("tuned")
    assert len(commands) == 2
    assert "THE LEARNING RATE JUMPS" in text
    assert "THE LEARNING RATE JUMPS" in Path("tuned/log.txt").read_text()
    assert "THE LEARNING RATE JUMPS" in Path("tuned/report.html").read_text(encoding="utf-8")
    for command in commands:
        type_in(command, "again")
    assert Path("again/history.jsonl").read_bytes() == Path("tuned/history.jsonl").read_bytes()
    assert weights("again") == weights("tuned")


def test_weights_may_lie_where_the_name_is_not_unicode(place):
    type_in("resnet-spec train net.yaml --run parent")
    Path("parent").rename(os.fsdecode(b"caf\xe9"))
    done = CliRunner().invoke(app, ["train", os.fsdecode(b"caf\xe9"), "--run", "tuned"], catch_exceptions=False)
    assert done.exit_code == 0, done.output
    assert recipe("tuned")[0] == ["resnet-spec train 'caf\\udce9'"]
