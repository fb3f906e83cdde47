"""The spec's normalisation -> one factor and one offset a channel."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Normalize

Channels = NDArray[np.float32]


def scale_and_offset(spec: Normalize, channels: int) -> tuple[Channels, Channels]:
    """Give `scale` and `offset`, each (channels,): `x * scale + offset` is `(x / 255 - mean) / std`.

    They are in the network's order of channels: where `channel_order` is `bgr`, reverse the channels of `x` first.

    Raises:
        InputError: `mean` or `std` has neither one number nor one a channel, or `bgr` is asked of other than three.
    """
    problems = [
        Diagnostic(
            Code.WRONG_VALUE,
            f"`data.normalize.{key}` has {len(values)} numbers; the input has {channels} channel(s)",
            help=f"write a list of one number, or of {channels}",
        )
        for key, values in (("mean", spec.mean), ("std", spec.std))
        if len(values) not in (1, channels)
    ]
    if spec.channel_order == "bgr" and channels != 3:
        message = f"`data.normalize.channel_order` is `bgr`; the input has {channels} channel(s)"
        problems.append(Diagnostic(Code.WRONG_VALUE, message, help="leave `channel_order` out"))
    if problems:
        raise InputError(*problems)
    mean, std = (np.broadcast_to(np.array(values, np.float64), channels) for values in (spec.mean, spec.std))
    return (1 / (255 * std)).astype(np.float32), (-mean / std).astype(np.float32)
