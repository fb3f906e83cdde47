"""Rows of the layer table -> one row a stage, by the first part of the path names."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import prod

from resnet_spec.passes.layer_table import Layer
from resnet_spec.report.digest import Stage


def group_stages(layers: Sequence[Layer]) -> tuple[Stage, ...]:
    """Sum layers up by stage, in order; a shared first part that is interrupted makes two stages."""
    params = sum(layer.params for layer in layers)
    macs = sum(layer.macs for layer in layers)
    activations = _activations(layers)
    runs = groupby(layers, key=lambda layer: layer.name.partition(".")[0])
    return tuple(_stage(name, tuple(members), params, macs, activations) for name, members in runs)


def _stage(name: str, layers: Sequence[Layer], params: int, macs: int, activations: int) -> Stage:
    own_params = sum(layer.params for layer in layers)
    own_macs = sum(layer.macs for layer in layers)
    return Stage(
        name=name,
        blocks=len({part for layer in layers if (part := _block(layer.name))}),
        layers=len(layers),
        output_shape=layers[-1].output_shape,
        params=own_params,
        params_share=own_params / params if params else 0.0,
        macs=own_macs,
        macs_share=own_macs / macs if macs else 0.0,
        activations=_activations(layers),
        activations_share=_activations(layers) / activations if activations else 0.0,
    )


def _activations(layers: Sequence[Layer]) -> int:
    return sum(prod(layer.output_shape) for layer in layers)


def _block(name: str) -> str:
    second = (*name.split("."), "")[1]
    return second if second.startswith("block") else ""
