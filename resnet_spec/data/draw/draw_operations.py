"""Random words -> which operations of RandAugment happen to each image, and how strongly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.draw.operation import Operation
from resnet_spec.data.draw.scale_words import Words, below, unit
from resnet_spec.spec.augment import RandAugment

MATRIX_ONE = 1 << 15
"""What stands for 1 in a matrix."""
_SIDE = 1 << 16
_STRONGEST = 10
"""The magnitude at which AutoAugment's ranges end (Cubuk 2019, arXiv 1805.09501, table 6)."""
_SHEAR, _DEGREES, _TRANSLATION, _ENHANCEMENT, _BITS = 0.3, 30.0, 150 / 331, 0.9, 4
"""The ends: of shears, of rotations, of translations (150 pixels of the 331 that images had), of the distance of an
enhancement's factor from 1, of the bits that are dropped."""
_ENHANCEMENTS = (Operation.BRIGHTNESS, Operation.CONTRAST, Operation.COLOR, Operation.SHARPNESS)


def draw_operations(step: RandAugment, turns: Sequence[Words]) -> dict[str, NDArray[Any]]:
    """Give each image's operations, in the order in which they happen.

    Args:
        step: `magnitude` and `magnitude_std`.
        turns: (batch, 4) words for each operation.

    Returns:
        Arrays (batch, operations, ...): `operation`, int32. `amount`, float32: an enhancement's factor, the distance of
        two levels that posterizing keeps, the level from which solarizing turns; else 0. Where a pixel comes from, all
        int32: `matrix` (2, 2), in 32768ths, gives x and y of its source from its x and y; `centred`, 1 where those are
        counted from the image's middle instead of its corner; `shift` (2,), x and y in 65536ths of the image's sides.
    """
    drawn = [_turn(step, words) for words in turns]
    return {name: np.stack([one[name] for one in drawn], axis=1) for name in drawn[0]}


def _turn(step: RandAugment, words: Words) -> dict[str, NDArray[Any]]:
    operation = below(len(Operation), words[:, 0])
    level = _levels(step, words)
    signed = np.where(words[:, 1] >= 1 << 31, level, -level)
    return {
        "operation": operation,
        "amount": _amounts(operation, level, signed),
        "centred": (operation == Operation.ROTATE).astype(np.int32),
        "matrix": np.round(_matrices(operation, signed) * MATRIX_ONE).astype(np.int32),
        "shift": np.round(_shifts(operation, signed) * _SIDE).astype(np.int32),
    }


def _levels(step: RandAugment, words: Words) -> NDArray[np.float64]:
    """Give (batch,) strengths, 1 at AutoAugment's ends; normal ones by Box and Muller (1958)."""
    normal = np.sqrt(-2 * np.log(unit(words[:, 2]))) * np.cos(2 * np.pi * unit(words[:, 3]))
    drawn = np.clip(step.magnitude + step.magnitude_std * normal, 0, max(_STRONGEST, step.magnitude))
    return np.asarray(drawn / _STRONGEST)


def _amounts(
    operation: NDArray[np.int32], level: NDArray[np.float64], signed: NDArray[np.float64]
) -> NDArray[np.float32]:
    amounts = np.zeros(len(operation))
    enhances = np.isin(operation, _ENHANCEMENTS)
    amounts[enhances] = np.maximum(1 - _ENHANCEMENT, 1 + _ENHANCEMENT * signed[enhances])
    posterizes = operation == Operation.POSTERIZE
    amounts[posterizes] = 2 ** np.minimum(7, np.round(_BITS * level[posterizes]))
    solarizes = operation == Operation.SOLARIZE
    amounts[solarizes] = np.maximum(0, 256 - np.floor(256 * level[solarizes]))
    return amounts.astype(np.float32)


def _matrices(operation: NDArray[np.int32], signed: NDArray[np.float64]) -> NDArray[np.float64]:
    matrices = np.tile(np.eye(2), (len(operation), 1, 1))
    matrices[:, 0, 1] = np.where(operation == Operation.SHEAR_X, _SHEAR * signed, 0)
    matrices[:, 1, 0] = np.where(operation == Operation.SHEAR_Y, _SHEAR * signed, 0)
    angle = np.radians(_DEGREES * signed)
    turned = np.moveaxis(np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]), 2, 0)
    return np.where((operation == Operation.ROTATE)[:, None, None], turned, matrices)


def _shifts(operation: NDArray[np.int32], signed: NDArray[np.float64]) -> NDArray[np.float64]:
    axes = operation[:, None] == np.array([Operation.TRANSLATE_X, Operation.TRANSLATE_Y])
    return np.where(axes, _TRANSLATION * signed[:, None], 0)
