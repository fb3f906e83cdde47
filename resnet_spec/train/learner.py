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
from resnet_spec.backends.choose_layers import choose_layers
from resnet_spec.backends.keras_name import keras_name
from resnet_spec.backends.keras_weights import get_weights, named_weights, set_weights
from resnet_spec.backends.on_all_devices import on_all_devices
from resnet_spec.backends.runtime import Batch, Found, Program, open_runtime
from resnet_spec.backends.to_keras import to_keras
from resnet_spec.data.images import Images
from resnet_spec.data.read_ahead import read_ahead
from resnet_spec.data.scale_and_offset import scale_and_offset
from resnet_spec.ir import Graph, Node
from resnet_spec.ir.ops import Conv2D
from resnet_spec.passes.take_logits import take_logits
from resnet_spec.spec.data import Data
from resnet_spec.spec.train import Train
from resnet_spec.spec.treatment import treatment
from resnet_spec.train.image_size import image_size
from resnet_spec.train.prepare_batch import normalize_on_device, prepare_batch
from resnet_spec.train.update import Update
from resnet_spec.train.whitening_kernel import whitening_kernel

Arrays = dict[str, np.ndarray]
_SEEN_AT_ONCE = 50
"""Images that kernels start from, at a time: thousands of large ones would need gigabytes."""


class Learner:
    """The model, and what changes it; `step` and `score` are the compiled programs."""

    def __init__(
        self, graph: Graph, train: Train, data: Data, *, dtype: str, class_weights: np.ndarray | None = None
    ) -> None:
        self.graph = take_logits(graph)
        self._train, self._data, self._class_weights = train, data, class_weights
        self._classes = self.graph[self.graph.outputs[0]].shape[0]
        with on_all_devices():
            self.model = to_keras(self.graph, seed=train.seed, dtype=dtype, layers=choose_layers())
            self._update = Update(train, self.model, self.graph)
        check_keras(self.model, self.graph)
        self._penalized = [variable for variable in self.model.trainable_weights if variable.regularizer is not None]
        self._dropouts = [layer for layer in self.model.layers if isinstance(layer, keras.layers.Dropout)]
        self._frozen: frozenset[str] = frozenset()
        height, width, _ = self.graph.input.shape
        self._size = height, width
        self._whitened = [node for node in self.graph if _whitens(node)]
        self._scale, self._offset = scale_and_offset(data.normalize, self.graph.input.shape[-1])
        masks = [layer.seed_generator.state for layer in self._dropouts]
        self._runtime = open_runtime([*(variable for _, variable in self._state()), *masks])
        self._steps: dict[tuple[frozenset[str], tuple[int, int]], Program] = {}
        self.score = self._runtime.compile(self._score)
        self.put = self._runtime.put
        self.rows = self._runtime.rows

    def step(self, batch: Batch) -> Found:
        """Learn from a batch: what `prepare_batch` and `Update.apply` read of it."""
        kind = self._frozen, self._size
        if kind not in self._steps:
            self._steps[kind] = self._runtime.compile(self._step)
        return self._steps[kind](batch)

    def enter(self, epoch: int) -> None:
        """Take the size of images of an epoch, from 1, and freeze what it does not train.

        A norm of which nothing is trained keeps its statistics too. Both decide what is computed, so that every such
        size and set have a program of their own.
        """
        self._size = image_size(self._train, self.graph.input.shape, epoch)
        weights = dict(named_weights(self.model, self.graph))
        self._frozen = frozenset(name for name in weights if not treatment(self._train, name).trained_in(epoch))
        for layer, names in self._layers():
            # A norm without gamma and beta is frozen with its statistics, which patterns such as `stage1.*` match.
            layer.trainable = not (names & self._update.learnt.keys() or names) <= self._frozen

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
        self._average_anew()

    @property
    def whitens(self) -> bool:
        """Whether kernels start from images."""
        return bool(self._whitened)

    def start_from_images(self, images: Images) -> None:
        """Whiten the kernels that are to be, from what their layers see of the images.

        Args:
            images: (images, height, width, channels) uint8.
        """
        for node in self._whitened:
            layer = self.model.get_layer(keras_name(node.name))
            seen = keras.Model(self.model.input, layer.input)
            layer.kernel.assign(whitening_kernel(self._seen(seen, images), layer.kernel.shape))
        self._average_anew()

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
        set_weights(self.model, self.graph, self._update.average.variables)
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

    def _layers(self) -> Iterator[tuple[keras.Layer, set[str]]]:
        for node in self.graph:
            if node.weights:
                yield (
                    self.model.get_layer(keras_name(node.name)),
                    {f"{node.name}.{weight.name}" for weight in node.weights},
                )

    def _seen(self, model: keras.Model, images: Images) -> Iterator[np.ndarray]:
        """Give what a model makes of each image."""
        groups = np.split(np.arange(len(images)), range(_SEEN_AT_ONCE, len(images), _SEEN_AT_ONCE))
        for some in read_ahead(images, groups):
            found = model(self._normalized(ops.cast(some, "float32")), training=False)
            yield from ops.convert_to_numpy(found).astype(np.float32)

    def _average_anew(self) -> None:
        """Let the average begin where the network is."""
        if self._update.average is not None:
            for name, variable in named_weights(self.model, self.graph):
                self._update.average.variables[name].assign(variable)
        self._runtime.push()

    def _step(self, batch: Batch) -> Found:
        images, targets = prepare_batch(batch, self._data, self._classes, self._size)
        parts = self._train.gradient_accumulation_steps
        size = images.shape[0] // parts
        found, gradients = self._learn(images[:size], targets[:size], batch["step"] * parts)
        for part in range(1, parts):
            chosen = slice(part * size, (part + 1) * size)
            more, steeper = self._learn(images[chosen], targets[chosen], batch["step"] * parts + part)
            found = {name: value + more[name] for name, value in found.items()}
            gradients = [one + other for one, other in zip(gradients, steeper, strict=True)]
        learnt = [name for name in self._update.learnt if name not in self._frozen]
        self._update.apply({name: value / parts for name, value in zip(learnt, gradients, strict=True)}, batch)
        return found | {"loss": found["loss"] / parts}

    def _learn(self, images: Any, targets: Any, draw: Any) -> tuple[Found, list[Any]]:
        """Give loss and hits of images, and the gradients of what is not frozen."""
        for layer in self._dropouts:
            # A mask is a function of the seed, the layer's name and the step; Keras would count its calls.
            layer.seed_generator.state.assign(ops.stack([ops.cast(layer.seed, "uint32"), draw]))

        def loss(images: Any, targets: Any) -> tuple[Any, Found]:
            # Not by `__call__`, which would hold images against the input's size.
            logits = self.model.call(self._normalized(images), training=True)
            return self._loss(targets, logits, self._class_weights), {"correct": _hits(targets, logits)}

        learnt = [variable for name, variable in self._update.learnt.items() if name not in self._frozen]
        return self._runtime.gradients(loss, learnt, images, targets)

    def _score(self, batch: Batch) -> Found:
        """Give the mean loss and the hits of `images` with `labels`."""
        logits = self.model(self._normalized(ops.cast(batch["images"], "float32")), training=False)
        targets = ops.one_hot(batch["labels"], self._classes, dtype="float32")
        return {"loss": self._loss(targets, logits), "correct": _hits(targets, logits)}

    def _normalized(self, images: Any) -> Any:
        return normalize_on_device(images, self._data, self._scale, self._offset)

    def _loss(self, targets: Any, logits: Any, weights: np.ndarray | None = None) -> Any:
        """Give the mean over the batch, and the penalties of all weights on top, in training and validation.

        Keras leaves out those of frozen weights: a loss would jump where they are thawed.
        Where classes have weights, the mean is over weighted images, and still divides by their number.
        """
        smoothing = self._train.label_smoothing
        losses = keras.losses.categorical_crossentropy(targets, logits, from_logits=True, label_smoothing=smoothing)
        if weights is not None:
            losses = losses * ops.sum(targets * weights, axis=-1)
        return ops.mean(losses) + sum(variable.regularizer(variable) for variable in self._penalized)


def _whitens(node: Node) -> bool:
    return isinstance(node.op, Conv2D) and node.op.kernel_initializer == "whitening"


def _hits(targets: Any, logits: Any) -> Any:
    right = ops.equal(ops.argmax(targets, axis=-1), ops.argmax(logits, axis=-1))
    return ops.sum(ops.cast(right, "float32"))
