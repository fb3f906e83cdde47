"""What a run remembers of itself, and the commands that make it again; no network is built."""

import shlex
from dataclasses import replace
from pathlib import Path

import pytest

from resnet_spec.compile.compile_spec import compile_document
from resnet_spec.diagnostic import Source
from resnet_spec.document import override, parse
from resnet_spec.train.checkpoint_file import read_checkpoint, to_bytes
from resnet_spec.train.past import Past, Start, Turn
from resnet_spec.workflow.find_turn import find_turn
from resnet_spec.workflow.make_recipe import make_recipe
from tests.workflow.test_going_on import MORE, PLATEAU, STEPS, STOPPING, spec, stopped

COSINE = (PLATEAU, "cosine")
START = Start("runs/my net", "ab" * 32, spec().text)


def turn(checkpoint, *changes, **environment):
    return find_turn(
        checkpoint, replace(checkpoint.identity, environment=environment), spec(*changes).spec.train, STEPS
    )


def recipe(past, *changes):
    compiled = spec(*changes)
    return make_recipe(Path("runs/a/spec.yaml"), compiled.text, compiled.spec.train, past)


def test_a_run_of_one_stretch_is_made_by_its_spec():
    again = recipe(Past())
    assert again.commands == ("resnet-spec train runs/a/spec.yaml",)
    assert again.remarks == ()


def test_a_run_that_went_on_as_planned_remembers_nothing_of_it():
    for change in ((), (MORE,)):
        assert Past().gone_on(turn(stopped(epoch=5), *change)) == Past()


def test_a_longer_run_is_made_stretch_by_stretch():
    longer = turn(stopped(COSINE, epoch=5), COSINE, MORE)
    assert longer.ended
    again = recipe(Past().gone_on(longer), COSINE, MORE)
    assert again.commands == (
        "resnet-spec train runs/a/spec.yaml --set train.epochs=4 --run NEW",
        "resnet-spec train NEW --resume --set train.epochs=8",
    )
    (remark,) = again.remarks
    assert remark.startswith("From epoch 5 on: THE LEARNING RATE JUMPS here")


@pytest.mark.parametrize(
    ("before", "changes"),
    [
        ({"epoch": 3, "step": 2}, (COSINE, MORE)),
        ({"epoch": 3}, (COSINE, MORE)),
        ({"epoch": 5, "left_out": 2}, (COSINE, MORE)),
        ({"epoch": 5}, (COSINE, MORE, (STOPPING, ""))),
    ],
)
def test_what_no_command_repeats_is_said(before, changes):
    turned = turn(stopped(COSINE, **before), *changes)
    assert not turned.ended
    again = recipe(Past(turns=(turned,)), *changes)
    assert again.commands == ("resnet-spec train runs/a/spec.yaml",)
    assert again.remarks[-1].endswith("of 4 epochs: this run cannot be repeated.")


def test_another_machine_changes_bits_and_no_command():
    moved = turn(stopped(COSINE, epoch=3, step=2), COSINE, numpy="9")
    again = recipe(Past().gone_on(moved), COSINE)
    assert again.commands == ("resnet-spec train runs/a/spec.yaml",)
    assert again.remarks == ("NOT BIT-EXACT from epoch 3, step 3 on: numpy was not there, and is 9.",)


def test_weights_to_start_from_are_named():
    again = recipe(Past(START))
    assert again.commands == ("resnet-spec train 'runs/my net'",)
    (remark,) = again.remarks
    assert "weights of runs/my net" in remark
    assert START.sha256 in remark


def test_a_longer_run_from_weights_is_made_with_what_differs():
    jump = turn(stopped(COSINE, epoch=5), COSINE, MORE)
    again = recipe(Past(START).gone_on(jump), COSINE, MORE)
    assert again.commands == (
        "resnet-spec train 'runs/my net' --set train.schedule=cosine --set train.epochs=4 --run NEW",
        "resnet-spec train NEW --resume --set train.epochs=8",
    )


@pytest.mark.parametrize(
    "change",
    [
        ("precision:", "max_minutes: 2\n  precision:"),
        (STOPPING, ""),
        ("{npz: images.npz}", "{npz: it's \u732b; $HOME.npz}\n  resize: crop"),
        ("name: tiny", "name: other\ndescription: of two words"),
        ("padding: 1", "padding: 1, fill: zeros"),
    ],
)
def test_what_is_said_beside_weights_makes_the_same_spec(change):
    there = spec(change)
    (command,) = make_recipe(Path("x"), there.text, there.spec.train, Past(START)).commands
    words = shlex.split(command)
    assert words[:3] == ["resnet-spec", "train", "runs/my net"]
    settings = words[4::2]
    assert settings
    assert set(words[3::2]) == {"--set"}
    again = compile_document(override(parse(Source("a", START.spec)), settings))
    assert again.document.value == there.document.value


def test_a_longer_run_from_weights_that_did_not_turn_is_made_at_once():
    again = recipe(Past(START).gone_on(turn(stopped(epoch=5), MORE)), MORE)
    assert again.commands == ("resnet-spec train 'runs/my net' --set train.epochs=8",)


def test_the_clock_is_named():
    (remark,) = recipe(Past(), ("precision:", "max_minutes: 2\n  precision:")).remarks
    assert "by the clock" in remark


def test_a_checkpoint_keeps_the_past(tmp_path):
    past = Past(START, (Turn(3, 1, 4, False, ("a",), ("b",)),))
    found = stopped()
    (tmp_path / "c").write_bytes(to_bytes(replace(found, identity=replace(found.identity, past=past))))
    assert read_checkpoint(tmp_path / "c").identity.past == past
