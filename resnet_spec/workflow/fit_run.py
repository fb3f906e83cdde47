"""A training that was asked for -> its last state; checkpoints, history and log in the run directory on the way."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import ExitStack, closing
from dataclasses import asdict, dataclass, replace
from typing import Any

from resnet_spec.data.dataset import Dataset
from resnet_spec.spec.train import Train
from resnet_spec.train.check_resumable import check_resumable
from resnet_spec.train.checkpoint import Checkpoint, Identity
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.count_steps import count_steps
from resnet_spec.train.data_print import data_print
from resnet_spec.train.find_unreached import find_unreached
from resnet_spec.train.history import Epoch, Observer, Timing, epoch_line
from resnet_spec.train.mlflow import MLflow, mlflow_is_wanted
from resnet_spec.train.past import Past
from resnet_spec.train.run_directory import RunDirectory, append_line, clear_up, write_history, write_json
from resnet_spec.train.state import Progress, State, best_weights
from resnet_spec.train.tensorboard import TensorBoard
from resnet_spec.train.why_over import why_over
from resnet_spec.weights.weights_file import write_weights
from resnet_spec.workflow.check_same_run import check_same_run
from resnet_spec.workflow.environment import environment
from resnet_spec.workflow.find_turn import find_turn
from resnet_spec.workflow.name_sizes import name_sizes
from resnet_spec.workflow.order import Order
from resnet_spec.workflow.sections import sections
from resnet_spec.workflow.take_up import take_up
from resnet_spec.write_atomically import write_atomically

Announce = Callable[[str], None]


def fit_run(order: Order, observer: Observer, announce: Announce, told: Callable[[], bool]) -> State:
    """Train, from the beginning or from the newest checkpoint.

    Args:
        order: what to train; its run directory is held by the caller.
        observer: told of steps and epochs.
        announce: told what begins, in a few words.
        told: says whether the run was told to stop.

    Raises:
        Stopped: the run was told to stop; its state is saved.
        InputError: it cannot go on from its checkpoints, or cannot write.
        CheckFailed: the loss is no longer finite.
    """
    from resnet_spec.backends.find_devices import find_devices
    from resnet_spec.train.agree_to_begin import agree_to_begin
    from resnet_spec.train.choose_precision import choose_precision
    from resnet_spec.train.fit import fit
    from resnet_spec.train.together import together

    compiled, run = order.compiled, order.run
    data, train = sections(compiled)
    dtype, why = choose_precision(train.precision)
    announce(f"precision: {dtype} ({why})")
    if sizes := name_sizes(train, compiled.spec.model.input.shape):
        announce(f"training images: {sizes}")
    facts = environment() | find_devices().facts() | {"precision": dtype}
    identity = Identity(compiled.text, data_print(order.dataset), facts)
    say = _Say(run, announce)
    with together():
        start, past = _start(order, identity, say)
        identity = replace(identity, past=past)
        if start is not None:
            write_atomically(run.spec, compiled.text.encode())
        elif past.start is not None:
            say(f"starting from the weights of {past.start.path}")
        write_json(run.environment, identity.environment)
        write_json(run.result, {"complete": False, "data": _data_facts(order.dataset), "past": asdict(past)})
    agree_to_begin(identity, start)
    announce("building the network")
    steps = count_steps(len(order.dataset.train), train.batch_size)
    for line in find_unreached(train, steps):
        announce(line)
    done = (start.progress.epoch - 1) * steps + start.progress.step if start else 0
    with ExitStack() as stack:
        watchers: list[Observer] = [stack.enter_context(closing(TensorBoard(run.events, done)))]
        if mlflow_is_wanted():
            watchers.append(stack.enter_context(MLflow(run.path, compiled.spec.name, compiled.text, announce)))
        state = fit(
            compiled.graph,
            train,
            data,
            order.dataset,
            dtype=dtype,
            observer=_All(_Log(run, train.epochs), *watchers, observer),
            keeper=_Keeper(run, identity, told, train.checkpoint_seconds),
            start=start,
            initial=order.initial,
        )
    _say_why(state, start, train, say)
    return state


def _start(order: Order, identity: Identity, say: _Say) -> tuple[State | None, Past]:
    """Give the state to go on from, having made the run's files agree with it, and what the run remembers."""
    run, checkpoints = order.run, Checkpoints(order.run.checkpoints)
    if not order.resume:
        return None, Past(order.start)
    clear_up(run)
    checkpoints.sweep()
    # What may yet be refused leaves the run as it is, its log too.
    found = checkpoints.newest(say.announce)
    if found is None:
        check_resumable(run.path)
        say("there is no checkpoint yet: the run begins anew")
        return None, Past(order.start)
    check_same_run(found, order.compiled, order.dataset)
    state, train = take_up(found, order.compiled), sections(order.compiled)[1]
    turn = find_turn(found, identity, train, count_steps(len(order.dataset.train), train.batch_size))
    progress, past = state.progress, found.identity.past
    write_history(run, progress.epochs)
    if weights := best_weights(state):
        write_weights(run.weights, weights)
    if _over(progress, train):
        return state, past
    for line in (*(f"NOT BIT-EXACT from here on: {line}" for line in turn.environment), *turn.plan):
        say(line)
    say(f"going on in epoch {progress.epoch}, after step {progress.step}")
    return state, past.gone_on(turn)


def _over(progress: Progress, train: Train) -> str:
    late = train.max_minutes is not None and progress.seconds >= 60 * train.max_minutes
    return why_over(progress, train, late=late)


def _say_why(state: State, start: State | None, train: Train, announce: Announce) -> None:
    """Say by which rule a training ended, where that is not by its last epoch; or why there was none."""
    why = why_over(state.progress, train, late=train.max_minutes is not None)
    if start is not None and state.progress == start.progress:
        line = f"nothing is left to train: {why}"
    elif state.progress.epoch <= train.epochs:
        line = f"ended by {why}"
    else:
        return
    announce(line)


@dataclass(frozen=True, slots=True)
class _Say:
    """Tells a line, and writes it down."""

    run: RunDirectory
    announce: Announce

    def __call__(self, line: str) -> None:
        self.announce(line)
        _note(self.run, line)


class _Keeper:
    """Writes checkpoints every so many seconds, and the best weights beside them whenever they are others."""

    def __init__(self, run: RunDirectory, identity: Identity, told: Callable[[], bool], seconds: float) -> None:
        self.stopping = told
        self._run, self._identity, self._seconds = run, identity, seconds
        self._checkpoints = Checkpoints(run.checkpoints)
        self._saved = time.monotonic()
        self._best: float | None = None

    def due(self) -> bool:
        return time.monotonic() - self._saved >= self._seconds

    def save(self, state: State) -> None:
        self._checkpoints.write(Checkpoint(self._identity, state))
        if not self._run.spec.exists():
            write_atomically(self._run.spec, self._identity.spec.encode())
        if state.progress.best != self._best:
            write_weights(self._run.weights, best_weights(state))
            self._best = state.progress.best
        self._saved = time.monotonic()


class _All:
    """Tells several observers, in order."""

    def __init__(self, *observers: Observer) -> None:
        self._observers = observers

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        for observer in self._observers:
            observer.step(epoch, step, steps, loss=loss, accuracy=accuracy, rate=rate)

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        for observer in self._observers:
            observer.epoch(epoch, timing)


class _Log:
    """Writes epochs down."""

    def __init__(self, run: RunDirectory, epochs: int) -> None:
        self._run, self._epochs = run, epochs

    def step(self, epoch: int, step: int, steps: int, *, loss: float, accuracy: float, rate: float) -> None:
        """Leave steps alone: a state holds them."""

    def epoch(self, epoch: Epoch, timing: Timing) -> None:
        append_line(self._run.history, asdict(epoch))
        append_line(self._run.timings, asdict(timing))
        _note(self._run, epoch_line(epoch, timing, self._epochs))


def _note(run: RunDirectory, line: str) -> None:
    with run.log.open("a", encoding="utf-8", errors="backslashreplace") as stream:
        stream.write(f"{time.strftime('%Y-%m-%d %H:%M:%S')} {line}\n")


def _data_facts(dataset: Dataset) -> dict[str, Any]:
    """Give what a run's result says of its images."""
    return {
        "source": dataset.source,
        "class_names": list(dataset.class_names),
        "train_images": len(dataset.train),
        "validation_images": len(dataset.validation),
        "test_images": len(dataset.test),
        "validation_origin": dataset.validation_origin,
        "skipped": list(dataset.skipped),
        "fingerprint": dataset.fingerprint,
    }
