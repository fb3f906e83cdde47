"""What a run may go on with, and what is said of it; no network is built."""

from dataclasses import replace

import pytest

from resnet_spec.compile import compile_text
from resnet_spec.diagnostic import InputError
from resnet_spec.train.checkpoint import Checkpoint, Identity
from resnet_spec.train.data_print import data_print
from resnet_spec.train.history import Epoch
from resnet_spec.train.schedule import Counters
from resnet_spec.train.state import Patience, Progress, State
from resnet_spec.train.why_over import why_over
from resnet_spec.workflow.changed_plan import changed_plan
from resnet_spec.workflow.check_same_run import check_same_run
from resnet_spec.workflow.take_up import take_up
from tests.train.fit_tiny import SPEC, images

STEPS = 5
EPOCH = Epoch(1, 1.0, 0.5, 1.0, 0.5, 0.01, best=True, dropped_to=None)


def spec(*changes):
    text = SPEC
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return compile_text(text, "tiny.yaml")


def stopped(*changes, epoch=3, step=0, **counted):
    """Give a checkpoint of a run of that spec."""
    progress = Progress(Counters(1e-2), epoch=epoch, step=step, epochs=(EPOCH,) * (epoch - 1), **counted)
    return Checkpoint(Identity(spec(*changes).text, data_print(images()), {}), State(progress, {}))


def lines(checkpoint, *changes):
    return list(changed_plan(checkpoint, spec(*changes).spec.train, STEPS))


PLATEAU = "{plateau: {patience: 0, factor: 0.5, min_delta: 0.5}}"
STOPPING = "  early_stopping: {patience: 4, min_delta: 1.0}\n"
MORE = ("epochs: 4", "epochs: 8")


@pytest.mark.parametrize(
    "change",
    [
        ("padding: 1", "padding: 1, fill: zeros"),
        ("random_crop: {padding: 1}", "random_crop: 1"),
        ("precision: float32", "precision: float32\n  monitor: val_accuracy\n  seed: 0"),
        ("name: tiny", "name: tiny\nexport: {outputs: logits}"),
        ("augment:", "test_views: {translate: 1}\n  augment:"),
        MORE,
    ],
)
def test_what_says_the_same_or_touches_no_step_goes_on(change):
    check_same_run(stopped(), spec(change), images())


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (("precision: float32", "precision: float32\n  monitor: val_loss"), "`train.monitor` is now val_loss"),
        (("precision: float32", "precision: float32\n  seed: 1"), "`train.seed` is now 1"),
        (("random_crop: {padding: 1}", "random_crop: 2"), "`data.augment[1].random_crop` was "),
    ],
)
def test_what_means_something_else_does_not(change, says):
    with pytest.raises(InputError) as caught:
        check_same_run(stopped(), spec(change), images())
    (fault,) = caught.value.diagnostics
    assert says in fault.message


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        (("basic, filters: 4", "basic, filters: 8"), "begin a new run without these weights, which do not fit: "
         "`resnet-spec train RUN/spec.yaml --run NEW --set ...`"),
        (("norm, relu,", "norm, gelu,"), "begin a new run from these weights: `resnet-spec train RUN --run NEW`"),
    ],
    ids=["other weights", "the same weights"],
)  # fmt: skip
def test_another_network_is_advised_what_works(change, advice):
    with pytest.raises(InputError) as caught:
        check_same_run(stopped(), spec(change, ("precision: float32", "precision: float32\n  seed: 1")), images())
    faults = caught.value.diagnostics
    assert len(faults) == 2
    assert faults[0].message.startswith("cannot go on: the network is another: ")
    assert {fault.help for fault in faults} == {f"put it back, or {advice}"}


@pytest.mark.parametrize(("step", "epochs", "goes_on"), [(0, 2, True), (0, 1, False), (3, 3, True), (3, 2, False)])
def test_a_run_has_no_fewer_epochs_than_it_made(step, epochs, goes_on):
    fewer = ("epochs: 4", f"epochs: {epochs}")
    if goes_on:
        check_same_run(stopped(step=step), spec(fewer), images())
        return
    with pytest.raises(InputError, match=f"the run is in epoch {epochs + 1}, and `train.epochs` is now {epochs}"):
        check_same_run(stopped(step=step), spec(fewer), images())


@pytest.mark.parametrize("schedule", ["cosine", "polynomial", "one_cycle"])
def test_a_rate_that_reaches_to_the_last_epoch_jumps_loudly(schedule):
    chosen = (PLATEAU, schedule)
    (line,) = lines(stopped(chosen, epoch=5), chosen, MORE)
    assert line.startswith("THE LEARNING RATE JUMPS here to 0.0")
    assert f"`{schedule}` reaches to the last epoch, and `train.epochs` was 4, and is 8" in line
    assert lines(stopped(chosen, epoch=5), chosen) == [], "nothing where nothing changed"
    assert lines(stopped(chosen, epoch=1), chosen, MORE) == [], "nor before the first step"
    assert lines(stopped(chosen, MORE, epoch=5), chosen, MORE) == [], "nor a second time"


def test_the_jump_is_from_the_old_plan_to_the_new_one():
    chosen = (PLATEAU, "polynomial")
    (line,) = lines(stopped(chosen, epoch=5), chosen, MORE)
    assert "JUMPS here to 0.005, where it was 0: " in line


@pytest.mark.parametrize(
    "schedule", [PLATEAU, "constant", "{step: {every: 1, factor: 0.5}}", "{multi_step: {milestones: [1]}}"]
)
def test_a_rate_that_does_not_is_silent(schedule):
    assert lines(stopped((PLATEAU, schedule)), (PLATEAU, schedule), MORE) == []


def test_a_ramp_of_slow_weights_that_jumps_is_said():
    ramp = ("{ema: {momentum: 0.9}}", "{lookahead: {ramp: 2}}")
    (line,) = lines(stopped(ramp), ramp, MORE)
    assert "lookahead" in line
    even = ("{ema: {momentum: 0.9}}", "lookahead")
    assert lines(stopped(even), even, MORE) == []


def test_early_stopping_that_looks_at_another_metric_counts_anew():
    before = stopped(patience=Patience(0.3, wait=3))
    other = (STOPPING, "  early_stopping: {monitor: val_accuracy, patience: 4}\n")
    assert take_up(before, spec(other)).progress.patience == Patience()
    assert lines(before, other) == [
        "early stopping looks at `val_accuracy` from here on, where it looked at `val_loss`: it counts anew"
    ]
    off = stopped((STOPPING, ""), patience=Patience(0.3, wait=3))
    assert take_up(off, spec()).progress.patience == Patience(), "what it counted may be long ago"

    longer = (STOPPING, "  early_stopping: {patience: 9}\n")
    assert take_up(before, spec(longer)).progress.patience == Patience(0.3, wait=3)
    assert lines(before, longer) == []


def test_an_epoch_that_the_time_cut_is_named_before_the_next_one_has_a_step():
    (line,) = lines(stopped(left_out=2))
    assert line == "epoch 2 lacks its last 2 steps, which `train.max_minutes` cut off: they are not made up for"
    assert lines(stopped(left_out=2, step=1)) == []


def test_the_rule_that_ends_a_run_is_named():
    train = spec(("precision:", "max_minutes: 2\n  precision:")).spec.train
    progress = stopped().state.progress
    late = replace(progress, seconds=123.0, left_out=3)
    impatient = replace(progress, patience=Patience(0.25, wait=4))
    assert why_over(progress, train, late=False) == ""
    assert why_over(late, train, late=True) == (
        "its time after epoch 2 of 4, of which it left out the last 3 steps: "
        "2.05 minutes of training (`train.max_minutes`)"
    )
    assert why_over(impatient, train, late=False) == (
        "early stopping after epoch 2 of 4: `val_loss` was best at 0.25, and no better for 4 epochs "
        "(`train.early_stopping.patience`)"
    )
    assert why_over(replace(impatient, step=1), train, late=True) == "", "an epoch that was begun is ended"
    assert why_over(replace(progress, epoch=5), train, late=False) == "epoch 4 was the last"
