"""A layer that cannot take its input -> the fault that stays whatever the guesses are, or None: one would mend it."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

from resnet_spec.ir import ShapeFault
from resnet_spec.ir.ops import Add, AvgPool, MaxPool, Multiply, Op, Reshape
from resnet_spec.ir.shape import Shape
from resnet_spec.lower.guess import Guess, guessed, may_agree

_LARGE = 10**9
_FITS = {"filters": 0, "before": 0, "after": 0, "padding": 0}
"""What suits every layer; of any other setting, 1 does."""


def lasting_fault(op: Op, fault: ShapeFault, inputs: tuple[Shape, ...]) -> ShapeFault | None:
    """Judge a fault.

    Args:
        op: the layer that cannot be.
        fault: what it said of its inputs.
        inputs: their shapes.
    """
    if isinstance(op, Add):
        return None if may_agree(*inputs) else fault
    if isinstance(op, Reshape):
        return None if guessed(inputs[0]) else fault
    if isinstance(op, Multiply):
        shape, factors = inputs
        alike = may_agree(factors, shape) or may_agree(factors, (*[1] * (len(shape) - 1), shape[-1]))
        return None if alike else fault
    settings = {field.name: getattr(op, field.name) for field in fields(op)}
    kind: Any = op
    eased = kind if not guessed(inputs[0]) else _unknown_channels(kind, inputs[0], settings)
    eased = replace(eased, **{name: _fitting(op, name, value) for name, value in settings.items() if _is_guess(value)})
    try:
        eased.output_shape(*(_roomy(shape) for shape in inputs))
    except ShapeFault as lasting:
        return lasting
    return None


def _unknown_channels(op: Any, shape: Shape, settings: dict[str, Any]) -> Any:
    """Let a padding of channels that are not known add none."""
    return replace(op, before=0, after=0) if "before" in settings and isinstance(shape[-1], Guess) else op


def _is_guess(value: Any) -> bool:
    return isinstance(value, Guess) or (isinstance(value, tuple) and guessed(value))


def _fitting(op: Op, name: str, value: Any) -> Any:
    number = _FITS.get(name, 1)
    if isinstance(op, MaxPool | AvgPool) and name == "pool_size" and op.padding == "same":
        number = _LARGE  # suits any stride
    return tuple(Guess(number) for _ in value) if isinstance(value, tuple) else Guess(number)


def _roomy(shape: Shape) -> Shape:
    """Make guessed sides large enough for every window, and guessed channels what every number divides."""
    *sides, channels = shape
    return (
        *(Guess(_LARGE) if isinstance(side, Guess) else side for side in sides),
        Guess(0) if isinstance(channels, Guess) else channels,
    )
