"""Programs as pure JAX functions: the variables' values go in, are given away, and come out changed.

Every device holds all of the values and its share of each batch (`keras.distribution.DataParallel`), and XLA lets them
compute what one device would, statistics of the batch included. The variables themselves stay with the process, so that
one process alone can go on with them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax
import keras
import numpy as np

from resnet_spec.backends.runtime import Batch, Found, Program


class JaxRuntime:
    """See `Runtime`; between programs the values live here, and the Keras variables are stale until `pull`."""

    def __init__(self, variables: Sequence[keras.Variable]) -> None:
        parallel = keras.distribution.DataParallel()
        self._split = parallel.get_data_layout((None,)).backend_layout
        self._whole = keras.distribution.TensorLayout((), parallel.device_mesh).backend_layout
        self._variables = list(variables)
        self._values: list[Any] = []
        self._scope: Any = None
        self.push()

    def compile(self, program: Program) -> Program:
        """Compile the program with XLA, values and batch as arguments."""

        def pure(values: list[Any], batch: Batch) -> tuple[list[Any], Found]:
            return self._stateless(values, lambda: program(batch))

        compiled = jax.jit(pure, donate_argnums=0, out_shardings=self._whole)

        def run(batch: Batch) -> Found:
            self._values, found = compiled(self._values, {name: self._share(value) for name, value in batch.items()})
            return dict(found)

        return run

    def gradients(
        self, loss: Callable[..., tuple[Any, Found]], variables: Sequence[keras.Variable], *batch: Any
    ) -> tuple[Found, list[Any]]:
        """Differentiate the loss as a function of the variables' values; what it assigns lasts."""
        outer = self._scope
        chosen = {id(variable): place for place, variable in enumerate(variables)}
        before = [self._current(outer, variable) for variable in self._variables]

        def pure(by: list[Any]) -> tuple[Any, tuple[list[Any], Found]]:
            values = [
                by[chosen[id(variable)]] if id(variable) in chosen else value
                for variable, value in zip(self._variables, before, strict=True)
            ]
            scalar: list[Any] = []

            def inside() -> Found:
                value, found = loss(*batch)
                scalar.append(value)
                return found | {"loss": value}

            after, found = self._stateless(values, inside)
            return scalar[0], (after, found)

        by = [self._current(outer, variable) for variable in variables]
        (_, (after, found)), gradients = jax.value_and_grad(pure, has_aux=True)(by)
        for variable, value in zip(self._variables, after, strict=True):
            if id(variable) not in chosen:
                outer.add_update((variable, value))
        return found, gradients

    def put(self, array: np.ndarray) -> Any:
        """Copy the array to every device."""
        return self._everywhere(array)

    def rows(self, count: int) -> slice:
        """Want what this process's devices share, where all of them share."""
        if count % self._split.num_devices:
            return slice(0, count)
        shares = [rows.indices(count) for (rows,) in self._split.addressable_devices_indices_map((count,)).values()]
        return slice(min(start for start, _, _ in shares), max(stop for _, stop, _ in shares))

    def pull(self) -> None:
        """Assign the values to the variables; a copy, for the next program gives its own away."""
        for variable, value in zip(self._variables, self._values, strict=True):
            variable.assign(jax.numpy.copy(value.addressable_data(0)))

    def push(self) -> None:
        """Copy the variables' values, which programs give away."""
        self._values = [self._everywhere(jax.numpy.copy(variable.value)) for variable in self._variables]

    def _everywhere(self, array: Any) -> Any:
        copies = [jax.device_put(array, device) for device in self._whole.mesh.local_devices]
        return jax.make_array_from_single_device_arrays(array.shape, self._whole, copies)

    def _share(self, array: Any) -> Any:
        """Give every device its part of an array of the batch, and all of what cannot be divided or is there."""
        if isinstance(array, jax.Array):
            return array
        divides = array.ndim and not array.shape[0] % self._split.num_devices
        layout = self._split if divides else self._whole
        return jax.make_array_from_callback(array.shape, layout, lambda index: array[index])

    def _stateless(self, values: list[Any], inside: Callable[[], Found]) -> tuple[list[Any], Found]:
        before = self._scope
        mapping = list(zip(self._variables, values, strict=True))
        with keras.StatelessScope(state_mapping=mapping) as self._scope:
            found = inside()
            after = [self._current(self._scope, variable) for variable in self._variables]
        self._scope = before
        return after, found

    @staticmethod
    def _current(scope: Any, variable: keras.Variable) -> Any:
        value = scope.get_current_value(variable)
        return variable.value if value is None else value
