"""A network that learns: its variables, the compiled programs over them, and all of its state as arrays by name.

Enters: host arrays of a batch. Leaves: tensors that nobody has waited for yet, and state. No loop, no files here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import keras
import numpy as np
from keras import ops

from resnet_spec.backends.check_keras import check_keras
from resnet_spec.backends.choose_batch_norm import choose_batch_norm
from resnet_spec.backends.keras_weights import get_weights, named_weights, set_weights
from resnet_spec.backends.runtime import Batch, Found, open_runtime
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.ir import Graph
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.train.prepare_batch import normalize_on_device, prepare_batch
from resnet_spec.train.update import Update

Arrays = dict[str, np.ndarray]


class Learner:
    """The model, and what changes it; `step` and `score` are the compiled programs."""

    def __init__(self, graph: Graph, train: Train, data: Data, *, dtype: str) -> None:
        self.graph = take_logits(graph)
        self._train, self._data = train, data
        self._classes = self.graph[self.graph.outputs[0]].shape[0]
        self.model = to_keras(self.graph, seed=train.seed, dtype=dtype, batch_norm=choose_batch_norm())
        check_keras(self.model, self.graph)
        self._dropouts = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dropout)]
        self._update = Update(train, self.model, self.graph)
        self._scale, self._offset = scale_and_offset(data.normalize, self.graph.input.shape[-1])
        masks = [layer.seed_generator.state for layer in self._dropouts]
        self._runtime = open_runtime([*(variable for _, variable in self._state()), *masks])
        self.step = self._runtime.compile(self._step)
        self.score = self._runtime.compile(self._score)
        self.put = self._runtime.put
        self.rows = self._runtime.rows

    def arrays(self) -> Arrays:
        """Copy the whole state: weights, the optimizer's, the average's."""
        self._runtime.pull()
        return {name: np.array(ops.convert_to_numpy(variable)) for name, variable in self._state()}

    def restore(self, arrays: Mapping[str, np.ndarray]) -> None:
        """Take a state over.

        Raises:
            KeyError: an array is missing.
        """
        for name, variable in self._state():
            variable.assign(arrays[name])
        self._runtime.push()

    def start_from(self, weights: Mapping[str, np.ndarray]) -> None:
        """Take the network's weights over, by path name, as an imported or an earlier training left them."""
        set_weights(self.model, self.graph, weights)
        if self._update.average is not None:
            for name, variable in self._update.average.variables:
                variable.assign(weights[name])
        self._runtime.push()

    def weights(self) -> Arrays:
        """Copy the network's weights, by path name."""
        self._runtime.pull()
        return {name: np.array(array) for name, array in get_weights(self.model, self.graph).items()}

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """Let the network have its average weights for a while, where it keeps an average."""
        if self._update.average is None:
            yield
            return
        own = self.weights()
        set_weights(self.model, self.graph, dict(self._update.average.variables))
        self._runtime.push()
        try:
            yield
        finally:
            set_weights(self.model, self.graph, own)
            self._runtime.push()

    def _state(self) -> Iterator[tuple[str, keras.Variable]]:
        for name, variable in named_weights(self.model, self.graph):
            yield f"weights.{name}", variable
        yield from self._update.state()

    def _step(self, batch: Batch) -> Found:
        """Learn from a batch: what `prepare_batch` and `Update.apply` read of it."""
        images, targets = prepare_batch(batch, self._data, self._classes)
        for layer in self._dropouts:
            # A mask is a function of the seed, the layer's name and the step; Keras would count its calls.
            layer.seed_generator.state.assign(ops.stack([ops.cast(layer.seed, "uint32"), batch["step"]]))

        def loss() -> tuple[Any, Found]:
            logits = self.model(self._normalized(images), training=True)
            value = self._loss(targets, logits)
            return value, {"loss": value, "correct": _hits(targets, logits)}

        found, gradients = self._runtime.gradients(loss, self._update.learnt)
        self._update.apply(gradients, batch)
        return found

    def _score(self, batch: Batch) -> Found:
        """Give the mean loss and the hits of `images` with `labels`."""
        logits = self.model(self._normalized(ops.cast(batch["images"], "float32")), training=False)
        targets = ops.one_hot(batch["labels"], self._classes, dtype="float32")
        return {"loss": self._loss(targets, logits), "correct": _hits(targets, logits)}

    def _normalized(self, images: Any) -> Any:
        return normalize_on_device(images, self._data, self._scale, self._offset)

    def _loss(self, targets: Any, logits: Any) -> Any:
        """Give the mean over the batch, and the model's penalties on top, as Keras does in training and validation."""
        smoothing = self._train.label_smoothing
        losses = keras.losses.categorical_crossentropy(targets, logits, from_logits=True, label_smoothing=smoothing)
        return ops.mean(losses) + sum(self.model.losses)


def _hits(targets: Any, logits: Any) -> Any:
    right = ops.equal(ops.argmax(targets, axis=-1), ops.argmax(logits, axis=-1))
    return ops.sum(ops.cast(right, "float32"))
