"""The training run: a fold of steps over states, whose order, augmentation and masks follow from seed, epoch and image.

Enters: a graph, the spec's `train` and `data`, images, and the state to go on from. Leaves: the last state, by way of
the states in between. No files here: see `checkpoints`.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Any

import numpy as np

from resnet_spec.backends.find_devices import find_devices
from resnet_spec.data.dataset import Dataset
from resnet_spec.data.images import take_images
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic
from resnet_spec.ir import Graph
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.batches import batches
from resnet_spec.train.choose_validation_batch import choose_validation_batch
from resnet_spec.train.count_patience import count_patience
from resnet_spec.train.count_steps import count_steps
from resnet_spec.train.feed import open_feed
from resnet_spec.train.history import Epoch, Observer, Timing
from resnet_spec.train.keep_best import keep_best
from resnet_spec.train.keeper import Keeper, Stopped
from resnet_spec.train.learner import Learner
from resnet_spec.train.schedule import Counters, Rate
from resnet_spec.train.state import Arrays, Progress, State, Sums, best_weights
from resnet_spec.train.vote import Vote
from resnet_spec.train.watch import Watch
from resnet_spec.train.weigh_classes import weigh_classes
from resnet_spec.train.why_over import why_over

_IMAGES_TO_WHITEN = 5_000


def fit(
    graph: Graph,
    train: Train,
    data: Data,
    dataset: Dataset,
    *,
    dtype: str,
    observer: Observer,
    keeper: Keeper,
    start: State | None = None,
    initial: Mapping[str, np.ndarray] | None = None,
) -> State:
    """Train a network, from the beginning or from a state of the same run.

    Args:
        graph: the network, with or without its softmax.
        train: how it learns.
        data: normalisation and augmentation.
        dataset: the images, uint8.
        dtype: Keras's dtype policy of the layers.
        observer: told of steps and epochs.
        keeper: given states, the last one among them.
        start: where to go on; default: the beginning.
        initial: weights to begin with, by path name; default: the spec's initializers.

    Raises:
        InputError: there are fewer training images than one batch, or classes without a weight.
        CheckFailed: the loss is no longer finite.
        Stopped: the run was told to stop, and its state is saved.
    """
    run = _Run(graph, train, data, dataset, dtype, observer, keeper)
    run.begin(start, initial)
    while not run.over:
        run.train_epoch()
        run.close_epoch()
    state = run.state()
    keeper.save(state)
    return state


class _Run:
    """A learner, the images on its device, and the progress so far."""

    def __init__(
        self, graph: Graph, train: Train, data: Data, dataset: Dataset, dtype: str, observer: Observer, keeper: Keeper
    ) -> None:
        self.train, self.data, self.dataset = train, data, dataset
        self.observer, self.keeper = observer, keeper
        self.steps = count_steps(len(dataset.train), train.batch_size)
        self.validated_at_once = choose_validation_batch(graph, train, find_devices().count)
        self.rate = Rate(train.schedule, self.steps, train.epochs)
        weights = weigh_classes(train.class_weight, dataset.class_names, dataset.train.labels)
        self.learner = Learner(graph, train, data, dtype=dtype, class_weights=weights)
        self.feed = open_feed(dataset.train, self.learner, resident_bytes=data.resident_mib << 20)
        self.progress = Progress(Counters(train.optimizer.learning_rate))
        self.best: Arrays = {}
        self.unread: list[tuple[float, Any]] = []
        self.watch = Watch()
        self.told, self.late = Vote(), Vote()

    def begin(self, start: State | None, initial: Mapping[str, np.ndarray] | None) -> None:
        """Take a state over, or weights, or nothing; a beginning is saved, for nothing else remembers those weights."""
        if start is not None:
            self.progress = start.progress
            self.learner.restore(start.arrays)
            self.best = best_weights(start)
        elif initial is not None:
            self.learner.start_from(initial)
        elif self.learner.whitens:
            count = len(self.dataset.train)
            places = np.linspace(0, count - 1, min(count, _IMAGES_TO_WHITEN)).astype(np.int64)
            self.learner.start_from_images(take_images(self.dataset.train.images, places))
        if start is None:
            self.keeper.save(self.state())

    @property
    def over(self) -> bool:
        """Whether the last epoch is over, or patience, or the time; an epoch that was begun is ended."""
        return bool(why_over(self.progress, self.train, late=self._out_of_time()))

    def state(self) -> State:
        """Copy everything that decides how the run goes on."""
        best = {f"best.{name}": array for name, array in self.best.items()}
        return State(self.progress, {**self.learner.arrays(), **best})

    def train_epoch(self) -> None:
        """Make the steps of the epoch that are still to be made."""
        self.watch.begin_epoch()
        self.learner.enter(self.progress.epoch)
        with closing(self._batches()) as found:
            for batch in found:
                self.unread.append((float(batch["rate"]), self.learner.step(batch)))
                if self.told.lag:
                    # Where a loss is not finite all processes have to see it at the same step, whatever their
                    # clocks say.
                    self._read(leave=self.told.lag)
                elif self.watch.time_to_look():
                    self._read()
                self._keep()
                if self._out_of_time():
                    break
        self._read()

    def close_epoch(self) -> None:
        """Validate, keep the best weights, and let the schedule and early stopping see the metrics."""
        speed = self.watch.speed(self.train.batch_size)
        done, number, stopping = self.progress, self.progress.epoch, self.train.early_stopping
        metrics = done.sums.means | self._validate()
        if not math.isfinite(metrics["val_loss"]):
            raise _validation_not_finite(metrics["val_loss"], number)
        is_best = keep_best(self.train.monitor, metrics[self.train.monitor], done.best)
        if is_best:
            with self.learner.averaged():
                self.best = self.learner.weights()
        counters = self.rate.after_epoch(done.rate, metrics)
        last = self.rate.at((number - 1) * self.steps + done.step - 1, done.rate)
        dropped = counters.base if counters.base != done.rate.base else None
        epoch = Epoch(number, **metrics, learning_rate=last, best=is_best, dropped_to=dropped)
        self.progress = replace(
            done,
            rate=counters,
            epoch=number + 1,
            step=0,
            sums=Sums(),
            patience=count_patience(stopping, done.patience, metrics) if stopping else done.patience,
            best=metrics[self.train.monitor] if is_best else done.best,
            epochs=(*done.epochs, epoch),
            left_out=self.steps - done.step,
            seconds=done.seconds + self.watch.lap(),
        )
        self.observer.epoch(epoch, Timing(number, self.watch.epoch_seconds(), *speed))
        self._keep()

    def _batches(self) -> Generator[dict[str, Any], None, None]:
        epoch, todo = self.progress.epoch, range(self.progress.step + 1, self.steps + 1)
        drawn = batches(self.data, self.train, len(self.dataset.train), epoch=epoch, steps=todo)
        with closing(self.feed.join(drawn)) as found:
            while True:
                begun = time.perf_counter()
                step, batch = next(found, (0, {}))
                self.watch.waited += time.perf_counter() - begun
                if not step:
                    return
                total = (epoch - 1) * self.steps + step
                rate = self.rate.at(total - 1, self.progress.rate)
                told = {"rate": np.float32(rate), "over": np.float32(total / self.rate.steps)}
                yield {**batch, **told, "step": np.asarray(total, np.uint32)}

    def _read(self, leave: int = 0) -> None:
        """Wait for the steps that were made, but for the last `leave`, and count their losses."""
        made = max(0, len(self.unread) - leave)
        unread, self.unread = self.unread[:made], self.unread[made:]
        for rate, found in unread:
            loss, correct = float(found["loss"]), float(found["correct"])
            done = self.progress
            if not math.isfinite(loss):
                raise _not_finite(loss, done, rate)
            sums = done.sums.plus(self.train.batch_size, loss, correct)
            self.progress = replace(done, step=done.step + 1, sums=sums, last_loss=loss)
            self.watch.images += self.train.batch_size
        if unread:
            self.progress = replace(self.progress, seconds=self.progress.seconds + self.watch.lap())
            self.observer.step(
                self.progress.epoch, self.progress.step, self.steps, **self.progress.sums.means, rate=unread[-1][0]
            )

    def _keep(self) -> None:
        """Save the state where it is time to, and stop where the run was told to."""
        told = self._stopping()
        if told or self.keeper.due():
            self._read()
            self.keeper.save(self.state())
        if told:
            raise Stopped

    def _validate(self) -> dict[str, float]:
        """Give loss and accuracy on the validation images, of the average weights where there are any."""
        split, sums = self.dataset.validation, Sums()
        groups = np.split(np.arange(len(split)), range(self.validated_at_once, len(split), self.validated_at_once))
        with self.learner.averaged(), closing(read_ahead(split.images, groups, self.learner.rows)) as read:
            for images, group in zip(read, groups, strict=True):
                if self._stopping():
                    break
                labels = split.labels[group].astype(np.int32)
                found = self.learner.score({"images": images, "labels": labels})
                sums = sums.plus(len(labels), float(found["loss"]), float(found["correct"]))
            else:
                return {f"val_{name}": value for name, value in sums.means.items()}
        self._keep()
        raise AssertionError("a run that was told to stop has stopped")

    def _out_of_time(self) -> bool:
        minutes = self.train.max_minutes
        return minutes is not None and self.late.ask(self.progress.seconds >= 60 * minutes)

    def _stopping(self) -> bool:
        return self.told.ask(self.keeper.stopping())


def _not_finite(loss: float, done: Progress, rate: float) -> CheckFailed:
    before = "it was the first step" if done.last_loss is None else f"the last finite loss was {done.last_loss:g}"
    return CheckFailed(
        Diagnostic(
            Code.NOT_FINITE,
            f"the loss became {loss} in epoch {done.epoch}, step {done.step + 1}, at learning rate {rate:g}; {before}",
            help="lower `learning_rate`, add `warmup`, or use `precision: float32`",
        )
    )


def _validation_not_finite(loss: float, epoch: int) -> CheckFailed:
    message = f"the validation loss became {loss} in epoch {epoch}, although the training loss did not"
    help = "lower `learning_rate`, or add `warmup`; the weights of better epochs are kept"
    return CheckFailed(Diagnostic(Code.NOT_FINITE, message, help=help))
