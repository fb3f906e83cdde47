"""A split -> what stays of it, and what is held out."""

from __future__ import annotations

from typing import Literal

from resnet_spec.data.dataset import Split
from resnet_spec.data.hold_out import hold_out
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def split_off(split: Split, share: float, purpose: Literal["test", "validation"], seed: int) -> tuple[Split, Split]:
    """Give the images that `hold_out` leaves, and those that it chooses.

    Raises:
        InputError: there are too few images to hold any out.
    """
    held = hold_out(split.labels, share=share, purpose=purpose, seed=seed)
    if not held.any():
        message = f"no class has two training images, so no {purpose} images can be held out"
        raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=f"add images, or give a {purpose} split"))
    return split.take(~held), split.take(held)
