"""The training run: a fold of steps over batches, whose order and augmentation follow from seed, epoch and image."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from resnet_spec.backends.check_keras import check_keras
from resnet_spec.backends.keras_weights import get_weights, set_weights
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.data.augment import augment
from resnet_spec.data.dataset import Dataset, Split
from resnet_spec.data.epoch_order import epoch_order
from resnet_spec.data.normalize import normalize
from resnet_spec.diagnostic import CheckFailed, Code, Diagnostic
from resnet_spec.ir import Graph
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.count_steps import count_steps
from resnet_spec.train.history import Epoch, Observer
from resnet_spec.train.keep_best import keep_best
from resnet_spec.train.make_optimizer import make_optimizer
from resnet_spec.train.schedule import Rate

Weights = dict[str, np.ndarray]
_VALIDATION_BATCH = 256


@dataclass(frozen=True, slots=True)
class Fitted:
    """What a run leaves: the weights of its best epoch by path name, every epoch, and the seconds in all."""

    weights: Weights
    epochs: tuple[Epoch, ...]
    seconds: float


def fit(
    graph: Graph,
    train: Train,
    data: Data,
    dataset: Dataset,
    observer: Observer,
    save_best: Callable[[Weights], None],
    initial: Mapping[str, np.ndarray] | None = None,
) -> Fitted:
    """Train a network.

    Args:
        graph: the network, with or without its softmax.
        train: how it learns.
        data: normalisation and augmentation.
        dataset: the images, uint8.
        observer: told of every step and epoch.
        save_best: given the weights of an epoch that is the best so far.
        initial: weights to start from, by path name; default: the spec's initializers.

    Raises:
        InputError: there are fewer training images than one batch.
        CheckFailed: the loss is no longer finite.
    """
    run = _Run(graph, train, data, dataset)
    if initial is not None:
        set_weights(run.model, run.graph, initial)
    started = time.perf_counter()
    best: float | None = None
    weights: Weights = {}
    epochs: list[Epoch] = []
    for number in range(1, train.epochs + 1):
        begun = time.perf_counter()
        trained = run.train_epoch(number, observer)
        speed = run.steps * train.batch_size / (time.perf_counter() - begun)
        metrics = trained | run.validate()
        if not math.isfinite(metrics["val_loss"]):
            raise _validation_not_finite(metrics["val_loss"], number)
        is_best = keep_best(train.monitor, metrics[train.monitor], best)
        if is_best:
            best, weights = metrics[train.monitor], get_weights(run.model, run.graph)
            save_best(weights)
        rate, dropped = run.end_epoch(number, metrics)
        seconds = time.perf_counter() - begun
        epochs.append(
            Epoch(number, **metrics, learning_rate=rate, seconds=seconds, images_per_second=speed, best=is_best,
                  dropped_to=dropped)
        )  # fmt: skip
        observer.epoch(epochs[-1], train.epochs)
    return Fitted(weights, tuple(epochs), time.perf_counter() - started)


class _Run:
    """The model, the rate, and the images of one run."""

    def __init__(self, graph: Graph, train: Train, data: Data, dataset: Dataset) -> None:
        self.train, self.data, self.dataset = train, data, dataset
        self.graph = take_logits(graph)
        self.classes = self.graph[self.graph.outputs[0]].shape[0]
        self.steps = count_steps(len(dataset.train), train.batch_size)
        self.model = to_keras(self.graph, seed=train.seed, dtype=train.precision)
        check_keras(self.model, self.graph)
        self.dropouts = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dropout)]
        self.optimizer = make_optimizer(train)
        self.model.compile(
            optimizer=self.optimizer,
            loss=keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=train.label_smoothing),
            metrics=["accuracy"],
        )
        self.rate = Rate(train.schedule, train.optimizer.learning_rate, self.steps, train.epochs)

    def train_epoch(self, epoch: int, observer: Observer) -> dict[str, float]:
        """Make the steps of an epoch; give its mean loss and accuracy."""
        mean = _Mean()
        for step, (images, targets) in enumerate(self._batches(epoch), 1):
            rate = self.rate.at((epoch - 1) * self.steps + step - 1)
            self.optimizer.learning_rate = rate
            self._set_masks((epoch - 1) * self.steps + step)
            found = self.model.train_on_batch(images, targets, return_dict=True)
            if not math.isfinite(found["loss"]):
                raise _not_finite(float(found["loss"]), epoch, step, rate, mean)
            mean.add(found, len(targets))
            observer.step(epoch, step, self.steps, loss=mean.loss, accuracy=mean.accuracy, rate=rate)
        return {"loss": mean.loss, "accuracy": mean.accuracy}

    def _set_masks(self, step: int) -> None:
        """Make dropout's masks a function of the seed, the layer's name and the step; Keras would count its calls."""
        for layer in self.dropouts:
            layer.seed_generator.state.assign([layer.seed, step])

    def validate(self) -> dict[str, float]:
        """Give loss and accuracy on the validation images."""
        mean = _Mean()
        for images, targets in self._in_order(self.dataset.validation):
            mean.add(self.model.test_on_batch(images, targets, return_dict=True), len(targets))
        return {"val_loss": mean.loss, "val_accuracy": mean.accuracy}

    def end_epoch(self, epoch: int, metrics: dict[str, float]) -> tuple[float, float | None]:
        """Let the schedule see the metrics; give the epoch's last rate, and the new one if a plateau lowered it."""
        last = self.rate.at(epoch * self.steps - 1)
        before, self.rate = self.rate, self.rate.after_epoch(metrics)
        return last, self.rate.base if self.rate.base != before.base else None

    def _batches(self, epoch: int) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        split, size, seed = self.dataset.train, self.train.batch_size, self.train.seed
        order = epoch_order(len(split.labels), seed=seed, epoch=epoch)
        for step in range(self.steps):
            chosen = order[step * size : (step + 1) * size]
            images = augment(split.images[chosen], chosen, steps=self.data.augment, seed=seed, epoch=epoch)
            yield self._prepared(images, split.labels[chosen])

    def _in_order(self, split: Split) -> Iterator[tuple[np.ndarray, np.ndarray]]:
        for start in range(0, len(split.labels), _VALIDATION_BATCH):
            chosen = slice(start, start + _VALIDATION_BATCH)
            yield self._prepared(split.images[chosen], split.labels[chosen])

    def _prepared(self, images: np.ndarray, labels: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return normalize(images, self.data.normalize), np.eye(self.classes, dtype=np.float32)[labels]


class _Mean:
    """Loss and accuracy over the images seen so far; Keras gives those of one batch."""

    def __init__(self) -> None:
        self._images = 0
        self._sums = {"loss": 0.0, "accuracy": 0.0}
        self.last_loss: float | None = None

    def add(self, found: Any, images: int) -> None:
        self._images += images
        self.last_loss = float(found["loss"])
        for name in self._sums:
            self._sums[name] += float(found[name]) * images

    @property
    def loss(self) -> float:
        return self._sums["loss"] / self._images

    @property
    def accuracy(self) -> float:
        return self._sums["accuracy"] / self._images


def _not_finite(loss: float, epoch: int, step: int, rate: float, mean: _Mean) -> CheckFailed:
    before = "it was the first step" if mean.last_loss is None else f"the last finite loss was {mean.last_loss:g}"
    return CheckFailed(
        Diagnostic(
            Code.NOT_FINITE,
            f"the loss became {loss} in epoch {epoch}, step {step}, at learning rate {rate:g}; {before}",
            help="lower `learning_rate`, add `warmup_epochs`, or use `precision: float32`",
        )
    )


def _validation_not_finite(loss: float, epoch: int) -> CheckFailed:
    message = f"the validation loss became {loss} in epoch {epoch}, although the training loss did not"
    help = "lower `learning_rate`, or add `warmup_epochs`; the weights of better epochs are kept"
    return CheckFailed(Diagnostic(Code.NOT_FINITE, message, help=help))
