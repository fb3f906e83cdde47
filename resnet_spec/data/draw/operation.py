"""What `rand_augment` may do to an image, and `color_jitter` in part; the numbers that are drawn name them by these."""

from __future__ import annotations

from enum import IntEnum, auto


class Operation(IntEnum):
    """The fourteen of the paper (Cubuk 2020, arXiv 1909.13719)."""

    IDENTITY = 0
    SHEAR_X = auto()
    SHEAR_Y = auto()
    TRANSLATE_X = auto()
    TRANSLATE_Y = auto()
    ROTATE = auto()
    BRIGHTNESS = auto()
    CONTRAST = auto()
    COLOR = auto()
    SHARPNESS = auto()
    POSTERIZE = auto()
    SOLARIZE = auto()
    AUTO_CONTRAST = auto()
    EQUALIZE = auto()
