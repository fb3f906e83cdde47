"""A sequence of layers of the language -> nodes; every default of the model is filled in here."""

from __future__ import annotations

from fractions import Fraction
from typing import NoReturn, assert_never

from resnet_spec.diagnostic import Code, Path
from resnet_spec.ir import ops
from resnet_spec.ir.shape import Padding
from resnet_spec.lower.builder import Builder, Stopped
from resnet_spec.lower.scope import Scope
from resnet_spec.spec import layer as spec
from resnet_spec.spec.expression import Expression


def lower_sequence(
    builder: Builder,
    sequence: spec.Sequence,
    path: Path,
    prefix: str,
    x: str,
    scope: Scope,
    counts: dict[str, int] | None = None,
) -> str:
    """Add the layers of a sequence after node `x`, and give the name of the last one.

    Args:
        builder: takes the nodes.
        sequence: the layers.
        path: where the sequence stands in the document.
        prefix: path name of what the sequence belongs to; layers are numbered by kind below it.
        x: the node that the first layer reads.
        scope: what names in sizes stand for.
        counts: layers so far by kind, where several sequences share a prefix.

    """
    counts = {} if counts is None else counts
    for index, layer in enumerate(sequence):
        kind = _kind(builder, layer)
        counts[kind] = counts.get(kind, 0) + 1
        channels = builder.graph.shape(x)[-1]
        place = _Place(
            builder, layer, (*path, index), f"{prefix}.{kind}{counts[kind]}", scope.having("channels", channels)
        )
        x = _layer(place, x)
    return x


def _kind(builder: Builder, layer: spec.Layer) -> str:
    if isinstance(layer, spec.Activation):
        return layer.function or builder.model.activation
    return layer.tag


class _Place:
    """A layer where it stands: evaluates its sizes and adds its nodes."""

    def __init__(self, builder: Builder, layer: spec.Layer, path: Path, name: str, scope: Scope) -> None:
        self.builder = builder
        self.layer = layer
        self.path = path
        self.name = name
        self.scope = scope

    def add(self, op: ops.Op, *inputs: str, part: str = "") -> str:
        return self.builder.add(self.name + part, op, *inputs, at=self.path, scope=self.scope, layer=self.layer)

    def size(self, field: str, default: str | int | None = None) -> int:
        """Evaluate a size; `default` is a number, or a name of the scope."""
        expression: Expression | None = getattr(self.layer, field)
        if expression is None:
            value = self.scope.values.get(default) if isinstance(default, str) else default
            if value is None:
                self._stop(Code.MISSING_KEY, f"`{self.layer.tag}` needs `{field}` here", field,
                           f"only inside a block is it the block's `{default}` by default")  # fmt: skip
            return int(value)
        result = expression.evaluate(self.scope.values)
        if result.denominator != 1 or result < 1:
            values = ", ".join(f"{name} = {self.scope.values[name]:g}" for name in sorted(expression.names))
            message = f"`{expression.text}` is {_decimal(result)} here: `{field}` must be a whole number of at least 1"
            self._stop(Code.NOT_WHOLE, message, field, f"with {values}" if values else "")
        return int(result)

    def _stop(self, code: Code, message: str, field: str, help: str) -> NoReturn:
        self.builder.fault(code, f"{self.name}: {message}", (*self.path, self.layer.tag, field), help)
        raise Stopped


def _layer(place: _Place, x: str) -> str:
    layer, model = place.layer, place.builder.model
    match layer:
        case spec.Conv():
            return _conv(place, layer, x)
        case spec.Norm():
            return place.add(_norm(model.norm), x)
        case spec.Activation():
            return place.add(ops.Activation(layer.function or model.activation), x)
        case spec.MaxPool():
            return _max_pool(place, layer, x)
        case spec.AvgPool():
            return place.add(ops.AvgPool(layer.pool_size, _pool_strides(place, layer), layer.padding), x)
        case spec.GlobalAvgPool():
            return place.add(ops.GlobalAvgPool(), x)
        case spec.ZeroPad():
            return place.add(ops.Pad((layer.padding, layer.padding)), x)
        case spec.PadChannels():
            new = place.size("filters", "filters") - int(place.scope.values["channels"])
            return place.add(ops.PadChannels(new // 2, new - new // 2), x)
        case spec.Dropout():
            return place.add(ops.Dropout(layer.rate), x)
        case spec.Flatten():
            return place.add(ops.Flatten(), x)
        case spec.Dense():
            return place.add(_dense(layer, layer.units or model.classes), x)
    assert_never(layer)


def _conv(place: _Place, layer: spec.Conv, x: str) -> str:
    defaults = place.builder.model.conv
    strides = place.size("strides", 1)
    padding = layer.padding or defaults.padding
    if padding == "symmetric":
        x, padding = _pad(place, x, layer.kernel_size, strides, layer.dilation_rate, "zeros")
    regularizer = layer.kernel_regularizer or defaults.kernel_regularizer
    return place.add(
        ops.Conv2D(
            filters=place.size("filters", "filters"),
            kernel_size=layer.kernel_size,
            strides=(strides, strides),
            padding=padding,
            dilation_rate=layer.dilation_rate,
            groups=place.size("groups", 1),
            use_bias=defaults.use_bias if layer.use_bias is None else layer.use_bias,
            kernel_initializer=layer.kernel_initializer or defaults.kernel_initializer,
            l2=regularizer.l2 if regularizer else 0.0,
        ),
        x,
    )


def _max_pool(place: _Place, layer: spec.MaxPool, x: str) -> str:
    strides, padding = _pool_strides(place, layer), layer.padding
    if padding == "symmetric":
        before = place.builder.graph.nodes[x].op
        # After a rectifier nothing is below zero, so that zeros never win either, and Keras has a layer for them.
        never_negative = isinstance(before, ops.Activation) and before.function in ("relu", "relu6", "sigmoid")
        x, padding = _pad(place, x, layer.pool_size, max(strides), 1, "zeros" if never_negative else "lowest")
    return place.add(ops.MaxPool(layer.pool_size, strides, padding), x)


def _pad(
    place: _Place, x: str, kernel: tuple[int, int], strides: int, dilation: int, fill: ops.Fill
) -> tuple[str, Padding]:
    """Make symmetric padding explicit, unless `same` is the same: stride 1 and an odd window."""
    reach = ((kernel[0] - 1) * dilation, (kernel[1] - 1) * dilation)
    if strides == 1 and not (reach[0] % 2 or reach[1] % 2):
        return x, "same"
    sides = (reach[0] // 2, reach[1] // 2)
    return (place.add(ops.Pad(sides, fill), x, part=".pad") if any(sides) else x), "valid"


def _pool_strides(place: _Place, layer: spec.MaxPool | spec.AvgPool) -> tuple[int, int]:
    if layer.strides is None:
        return layer.pool_size
    strides = place.size("strides")
    return (strides, strides)


def _norm(norm: spec.NormKind) -> ops.Op:
    match norm:
        case spec.BatchNorm():
            return ops.BatchNorm(norm.momentum, norm.epsilon, norm.scale, norm.center)
        case spec.GroupNorm():
            return ops.GroupNorm(norm.groups, norm.epsilon, norm.scale, norm.center)
        case spec.LayerNorm():
            return ops.LayerNorm(norm.epsilon, norm.scale, norm.center)
    assert_never(norm)


def _dense(layer: spec.Dense, units: int) -> ops.Dense:
    penalty = layer.kernel_regularizer.l2 if layer.kernel_regularizer else 0.0
    return ops.Dense(units, layer.use_bias, layer.activation or "linear", layer.kernel_initializer, penalty)


def _decimal(value: Fraction) -> str:
    return f"{float(value):g}"
