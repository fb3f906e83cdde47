import itertools
import math

import pytest

from resnet_spec.compile import compile_spec
from resnet_spec.spec.schedule import (
    Constant,
    Cosine,
    MultiStep,
    OneCycle,
    Plateau,
    Polynomial,
    SomeSteps,
    Step,
    Steps,
)
from resnet_spec.spec.train import EarlyStopping
from resnet_spec.train.count_patience import count_patience
from resnet_spec.train.keep_best import keep_best
from resnet_spec.train.schedule import Counters, Rate
from resnet_spec.train.state import Patience, Progress
from resnet_spec.train.why_over import why_over


def test_constant():
    rate = Rate(Constant(), steps_per_epoch=10, epochs=3)
    assert {rate.at(step, Counters(0.1)) for step in range(30)} == {0.1}


def test_cosine_warms_up_in_a_line_and_ends_at_alpha():
    rate = Rate(Cosine(alpha=0.1, warmup=1), steps_per_epoch=10, epochs=5)
    values = [rate.at(step, Counters(1.0)) for step in range(51)]
    rises = [after - before for before, after in itertools.pairwise(values[:11])]
    assert rises == pytest.approx([rises[0]] * 10)
    assert values[10] == 1.0
    assert values[30] == pytest.approx(0.55)
    assert values[50] == pytest.approx(0.1)
    assert values[10:] == sorted(values[10:], reverse=True)


def plateau(values, **options):
    rate, counters = Rate(Plateau(**options), steps_per_epoch=1, epochs=len(values)), Counters(1.0)
    rates = []
    for value in values:
        counters = rate.after_epoch(counters, {rate.schedule.monitor: value})
        rates.append(counters.base)
    return rates


def test_a_plateau_waits_and_drops_again():
    assert plateau([1.0, 1, 1, 1, 1], patience=2, factor=0.5) == [1, 1, 0.5, 0.5, 0.25]


def test_an_improvement_below_min_delta_is_none():
    assert plateau([1.0, 0.99, 0.98], patience=2, factor=0.5, min_delta=0.1) == [1, 1, 0.5]


def test_an_accuracy_is_better_when_higher():
    assert plateau([0.1, 0.2, 0.3, 0.4], patience=1, monitor="val_accuracy") == [1, 1, 1, 1]
    assert plateau([0.4, 0.3, 0.2], patience=1, factor=0.5, monitor="val_accuracy") == [1, 0.5, 0.25]


def test_the_rate_stops_at_min_lr():
    assert plateau([1.0] * 5, patience=1, factor=0.1, min_lr=0.05) == pytest.approx([1, 0.1, 0.05, 0.05, 0.05])


@pytest.mark.parametrize("cooldown", [0, 1, 2, 3])
@pytest.mark.parametrize("patience", [0, 1, 2])
def test_a_plateau_does_what_keras_does(cooldown, patience):
    keras = pytest.importorskip("keras")
    values = [1.0, 0.9, 0.95, 0.95, 0.95, 0.8, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85]
    callback = keras.callbacks.ReduceLROnPlateau(
        monitor="val_loss", factor=0.5, patience=patience, cooldown=cooldown, min_delta=1e-4, min_lr=0.01
    )
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(optimizer=keras.optimizers.SGD(1.0), loss="mse")
    callback.set_model(model)
    callback.on_train_begin()
    theirs = []
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {"val_loss": value})
        theirs.append(float(model.optimizer.learning_rate))
    ours = plateau(values, factor=0.5, patience=patience, cooldown=cooldown, min_lr=0.01)
    assert ours == pytest.approx(theirs)


@pytest.mark.parametrize("monitor", ["val_loss", "val_accuracy"])
@pytest.mark.parametrize("min_delta", [0.0, 0.07])
@pytest.mark.parametrize("patience", [1, 2, 3, 9])
def test_early_stopping_counts_as_keras_does(patience, min_delta, monitor):
    keras = pytest.importorskip("keras")
    values = [1.0, 0.8, 0.85, 0.75, 0.75, 0.76, 0.6, 0.55, 0.57, 0.56, 0.56]
    values = values if monitor == "val_loss" else [1 - value for value in values]
    mode = "min" if monitor == "val_loss" else "max"
    callback = keras.callbacks.EarlyStopping(monitor, min_delta=min_delta, patience=patience, mode=mode)
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.stop_training = False
    callback.set_model(model)
    callback.on_train_begin()
    stopping, counted = EarlyStopping(monitor=monitor, min_delta=min_delta, patience=patience), Patience()
    train = compile_spec("quickstart").spec.train.model_copy(update={"epochs": 99, "early_stopping": stopping})
    for epoch, value in enumerate(values):
        callback.on_epoch_end(epoch, {monitor: value})
        counted = count_patience(stopping, counted, {monitor: value})
        over = why_over(Progress(Counters(1.0), epoch=epoch + 2, patience=counted), train, late=False)
        assert (counted.best, counted.wait) == (callback.best, callback.wait)
        assert bool(over) == model.stop_training
        if over:
            break
    assert bool(over) == (patience < 9)


def test_nan_is_never_best():
    assert not keep_best("val_loss", math.nan, None)
    assert not keep_best("val_accuracy", math.nan, 0.5)
    assert keep_best("val_loss", 0.4, 0.5)
    assert not keep_best("val_loss", 0.5, 0.5)


def rates(schedule, epochs=4, steps=5):
    rate = Rate(schedule, steps_per_epoch=steps, epochs=epochs)
    return [rate.at(step, Counters(1.0)) for step in range(epochs * steps)]


def test_polynomial_is_keras_s():
    keras = pytest.importorskip("keras")
    theirs = keras.optimizers.schedules.PolynomialDecay(1.0, 20, end_learning_rate=0.1, power=2)
    expected = [float(theirs(step)) for step in range(20)]
    assert rates(Polynomial(alpha=0.1, power=2)) == pytest.approx(expected, abs=1e-6)


def test_steps_drop_at_regular_times_and_milestones_at_given_ones():
    assert rates(Step(every=2, factor=0.5)) == [1.0] * 10 + [0.5] * 10
    assert rates(Step(every=SomeSteps(steps=10), factor=0.5)) == rates(Step(every=2, factor=0.5))
    assert rates(MultiStep(milestones=(1, SomeSteps(steps=15)), factor=0.1)) == pytest.approx(
        [1] * 5 + [0.1] * 10 + [0.01] * 5
    )


def test_one_cycle_rises_to_its_peak_and_falls():
    found = rates(OneCycle(peak=0.5, initial=0.2, alpha=0.1, anneal="linear"), epochs=1, steps=21)
    assert found[0] == pytest.approx(0.2)
    assert found[10] == pytest.approx(1.0)
    assert found[20] == pytest.approx(0.1)
    assert found[5] == pytest.approx(0.6)
    assert found[15] == pytest.approx(0.55)
    smooth = rates(OneCycle(peak=0.5, initial=0.2, alpha=0.1), epochs=1, steps=21)
    assert smooth[5] == pytest.approx(0.6)
    assert smooth[2] < found[2]


def test_a_warm_up_may_be_said_in_steps_and_goes_with_every_schedule():
    assert rates(Constant(warmup=Steps(steps=4)))[:6] == pytest.approx([0.2, 0.4, 0.6, 0.8, 1, 1])
    assert rates(Step(every=2, factor=0.5, warmup=1))[4] == pytest.approx(5 / 6)
