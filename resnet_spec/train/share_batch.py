"""A batch size and devices -> the images that each of them takes of every batch."""

from __future__ import annotations

from resnet_spec.backends.devices import Devices
from resnet_spec.diagnostic import Code, Diagnostic, InputError


def share_batch(batch_size: int, devices: Devices, parts: int = 1) -> int:
    """Divide a batch among devices.

    Args:
        batch_size: images of every batch.
        devices: what shares it.
        parts: how many equal parts a batch is run in, one after the other; each of them is shared.

    Raises:
        InputError: the shares would not be equal.
    """
    least = devices.count * parts
    if batch_size % least:
        run = f", run in {parts} parts," if parts > 1 else ""
        message = f"batches of {batch_size} images{run} cannot be shared equally by {devices.count} devices"
        help = f"for example `--set train.batch_size={least * max(1, round(batch_size / least))}`"
        raise InputError(Diagnostic(Code.ENVIRONMENT, message, None, help))
    return batch_size // devices.count
