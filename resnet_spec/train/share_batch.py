"""A batch size and devices -> the images that each of them takes of every batch."""

from __future__ import annotations

from resnet_spec.backends.devices import Devices
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def share_batch(batch_size: int, devices: Devices) -> int:
    """Divide a batch among devices.

    Raises:
        InputError: the shares would not be equal.
    """
    share, rest = divmod(batch_size, devices.count)
    if rest:
        message = f"batches of {batch_size} images cannot be shared equally by {devices.count} devices"
        help = f"for example `--set train.batch_size={devices.count * max(1, round(batch_size / devices.count))}`"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))
    return share
