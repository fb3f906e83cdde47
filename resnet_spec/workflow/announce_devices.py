"""The devices of a run and its batch size -> what is said of them before it begins."""

from __future__ import annotations

from collections.abc import Callable

from resnet_spec.backends.devices import Devices
from resnet_spec.train.share_batch import share_batch


def announce_devices(devices: Devices, batch_size: int, announce: Callable[[str], None]) -> None:
    """Say who takes what of a batch, where there is more than one device.

    Raises:
        InputError: the batch cannot be shared equally.
    """
    share = share_batch(batch_size, devices)
    if devices.idle:
        announce(
            f"devices: 1 of {1 + devices.idle} x {devices.kind}: Keras trains on one under this backend; "
            "with KERAS_BACKEND=jax on all"
        )
    if devices.count > 1:
        processes = f" in {devices.processes} processes" if devices.processes > 1 else ""
        announce(f"devices: {devices.count} x {devices.kind}{processes}, {share} images of every batch on each")
