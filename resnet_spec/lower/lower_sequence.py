"""A sequence of layers of the language -> nodes; every default of the model is filled in here."""

from __future__ import annotations

import math
from typing import assert_never

from resnet_spec.diagnostic import Code, Path
from resnet_spec.ir import ops
from resnet_spec.ir.shape import Padding
from resnet_spec.lower.builder import Builder
from resnet_spec.lower.place import Place
from resnet_spec.lower.scope import Scope
from resnet_spec.spec import layer as spec
from resnet_spec.spec.expression import Expression
from resnet_spec.spec.field import MAX_REACH
from resnet_spec.spec.norm import BatchNorm, GroupNorm, LayerNorm, NormKind


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
        here = scope.having("channels", builder.graph.shape(x)[-1])
        x = _layer(Place(builder, layer, (*path, index), f"{prefix}.{kind}{counts[kind]}", here), x)
    return x


def _kind(builder: Builder, layer: spec.Layer) -> str:
    if isinstance(layer, spec.Activation):
        return layer.function or builder.model.activation
    return layer.tag


def _layer(place: Place, x: str) -> str:
    layer, model = place.layer, place.builder.model
    match layer:
        case spec.Conv():
            return _conv(place, layer, x)
        case spec.Norm():
            return place.add(_norm(_kind_of_norm(place, layer, model.norm)), x)
        case spec.Activation():
            return place.add(ops.Activation(layer.function or model.activation), x)
        case spec.MaxPool() | spec.AvgPool():
            return _pool(place, layer, x)
        case spec.BlurPool():
            return _blur_pool(place, layer, x)
        case spec.GlobalAvgPool():
            return place.add(ops.GlobalAvgPool(layer.keepdims), x)
        case spec.Pad():
            return place.add(ops.Pad((layer.padding, layer.padding), layer.fill), x)
        case spec.PadChannels():
            new = place.size("filters", "filters") - int(place.scope.values["channels"])
            return place.add(ops.PadChannels(new // 2, new - new // 2), x)
        case spec.Dropout():
            return _dropout(place, x)
        case spec.StochasticDepth():
            return _dropout(place, x, per_image=True)
        case spec.ChannelConv():
            return _channel_conv(place, layer, x)
        case spec.Gate():
            factors = lower_sequence(
                place.builder, layer.path, (*place.path, layer.tag, "path"), place.name, x, place.scope
            )
            return place.add(ops.Multiply(), x, factors, part=".multiply")
        case spec.Flatten():
            return place.add(ops.Flatten(), x)
        case spec.Dense():
            return place.add(_dense(layer, layer.units or model.classes), x)
    assert_never(layer)


def _conv(place: Place, layer: spec.Conv, x: str) -> str:
    defaults = place.builder.model.conv
    strides, dilation = place.size("strides", 1), _extent(place, "dilation_rate", layer.dilation_rate)
    rows, columns = layer.kernel_size
    kernel = _extent(place, "kernel_size", rows), _extent(place, "kernel_size", columns)
    padding = layer.padding or defaults.padding
    if padding == "symmetric":
        reach = ((kernel[0] - 1) * dilation, (kernel[1] - 1) * dilation)
        x, padding = _pad(place, x, reach, strides, "zeros")
    regularizer = layer.kernel_regularizer or defaults.kernel_regularizer
    return place.add(
        ops.Conv2D(
            filters=place.rounded("filters", "filters", layer.multiple_of),
            kernel_size=kernel,
            strides=(strides, strides),
            padding=padding,
            dilation_rate=dilation,
            groups=place.size("groups", 1),
            use_bias=defaults.use_bias if layer.use_bias is None else layer.use_bias,
            kernel_initializer=layer.kernel_initializer or defaults.kernel_initializer,
            l2=regularizer.l2 if regularizer else 0.0,
            unit_norm=(layer.kernel_constraint or defaults.kernel_constraint) == "unit_norm",
        ),
        x,
    )


def _pool(place: Place, layer: spec.MaxPool | spec.AvgPool, x: str) -> str:
    size = place.size("pool_size")
    strides = place.size("strides", size)
    if size == strides == 1:
        return x
    if isinstance(layer, spec.AvgPool):
        return place.add(ops.AvgPool((size, size), (strides, strides), layer.padding), x)
    padding = layer.padding
    if padding == "symmetric":
        before = place.builder.graph.nodes[x].op
        # After a rectifier nothing is below zero, so that zeros never win either, and Keras has a layer for them.
        rectified = isinstance(before, ops.Activation) and before.function in ("relu", "relu6", "sigmoid")
        x, padding = _pad(place, x, (size - 1, size - 1), strides, "zeros" if rectified else "lowest")
    return place.add(ops.MaxPool((size, size), (strides, strides), padding), x)


def _blur_pool(place: Place, layer: spec.BlurPool, x: str) -> str:
    """Blur with the row of Pascal's triangle that as many averages of two pixels make; the last of them strides."""
    size, strides = _extent(place, "pool_size", layer.pool_size), place.size("strides")
    if size % 2 == 0:
        message = f"{place.name}: a blur of {size} pixels has no middle: `pool_size` must be odd"
        place.fault(Code.WRONG_VALUE, message, "pool_size", f"use {size - 1} or {size + 1}")
    if strides == 1:
        return x
    if size == 1:
        return place.add(ops.AvgPool((1, 1), (strides, strides)), x)
    x = place.add(ops.Pad((size // 2, size // 2), "reflect"), x, part=".pad")
    for number in range(1, size - 1):
        x = place.add(ops.AvgPool((2, 2), (1, 1)), x, part=f".average{number}")
    return place.add(ops.AvgPool((2, 2), (strides, strides)), x)


def _pad(place: Place, x: str, reach: tuple[int, int], strides: int, fill: ops.Fill) -> tuple[str, Padding]:
    """Make symmetric padding explicit, unless `same` is the same: stride 1 and an odd window."""
    if strides == 1 and not (reach[0] % 2 or reach[1] % 2):
        return x, "same"
    sides = (reach[0] // 2, reach[1] // 2)
    return (place.add(ops.Pad(sides, fill), x, part=".pad") if any(sides) else x), "valid"


def _dropout(place: Place, x: str, *, per_image: bool = False) -> str:
    rate = place.share("rate")
    return place.add(ops.Dropout(rate, per_image), x) if rate else x


def _channel_conv(place: Place, layer: spec.ChannelConv, x: str) -> str:
    """Lay the channels out as the height of an image, so that an ordinary convolution slides along them."""
    channels = int(place.scope.values["channels"])
    said = layer.kernel_size
    kernel = _nearest_odd(channels) if said is None else _extent(place, "kernel_size", said)
    column = place.add(ops.Reshape((channels, 1, 1)), x, part=".column")
    initializer = place.builder.model.conv.kernel_initializer
    slid = place.add(ops.Conv2D(1, (kernel, 1), kernel_initializer=initializer), column)
    return place.add(ops.Reshape((1, 1, channels)), slid, part=".row")


def _nearest_odd(channels: int) -> int:
    size = int((math.log2(channels) + 1) / 2)
    return max(3, size if size % 2 else size + 1)


def _extent(place: Place, field: str, expression: Expression) -> int:
    """Evaluate pixels that a window spans."""
    path = (*place.path, place.layer.tag, field)
    pixels = place.builder.whole(expression, place.scope, path, place.name)
    if pixels > MAX_REACH:
        message = f"{place.name}: `{expression.text}` is {pixels:,} here: `{field}` is at most {MAX_REACH:,}"
        return place.builder.refuse(Code.TOO_LARGE, message, expression, place.scope, path)
    return pixels


def _kind_of_norm(place: Place, layer: spec.Norm, model: NormKind) -> NormKind:
    """Fill in what a norm does not say: as the model says of the same kind."""
    own = layer.chosen
    if own is None:
        return model
    said = {option: getattr(own, option) for option in own.model_fields_set}
    norm = model.model_copy(update=said) if own.tag == model.tag else own
    if "gamma_initializer" in said and not norm.scale:
        path = (*place.path, layer.tag, own.tag, "gamma_initializer")
        message = "`gamma_initializer` has no effect: `scale: false` leaves gamma out"
        place.builder.fault(Code.CONFLICT, message, path, "delete one of them")
    return norm


def _norm(norm: NormKind) -> ops.Op:
    match norm:
        case BatchNorm():
            return ops.BatchNorm(norm.momentum, norm.epsilon, norm.scale, norm.center, norm.gamma_initializer)
        case GroupNorm():
            return ops.GroupNorm(norm.groups, norm.epsilon, norm.scale, norm.center, norm.gamma_initializer)
        case LayerNorm():
            return ops.LayerNorm(norm.epsilon, norm.scale, norm.center, norm.gamma_initializer)
    assert_never(norm)


def _dense(layer: spec.Dense, units: int) -> ops.Dense:
    penalty = layer.kernel_regularizer.l2 if layer.kernel_regularizer else 0.0
    return ops.Dense(units, layer.use_bias, layer.activation or "linear", layer.kernel_initializer, penalty)
