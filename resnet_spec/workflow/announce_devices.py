"""The devices of a run and how it learns -> what is said of them before it begins."""

from __future__ import annotations

from collections.abc import Callable

from resnet_spec.backends.devices import Devices
from resnet_spec.spec.train import Train
from resnet_spec.train.share_batch import share_batch


def announce_devices(devices: Devices, train: Train, announce: Callable[[str], None]) -> None:
    """Say who takes what of a batch, where there is more than one device, and where a resume is not exact.

    Raises:
        InputError: the batch, or its parts, cannot be shared equally.
    """
    share = share_batch(train.batch_size, devices, train.gradient_accumulation_steps)
    if not devices.exact:
        announce(
            f"NOT BIT-EXACT on {devices.kind}: TensorFlow was not asked to add in the same order every time, so that "
            "two runs, and a run that is resumed, differ by rounding; TF_DETERMINISTIC_OPS=1 asks, where it can"
        )
    if devices.idle:
        announce(
            f"devices: 1 of {1 + devices.idle} x {devices.kind}: Keras trains on one under this backend; "
            "with KERAS_BACKEND=jax on all"
        )
    if devices.count > 1:
        processes = f" in {devices.processes} processes" if devices.processes > 1 else ""
        announce(f"devices: {devices.count} x {devices.kind}{processes}, {share} images of every batch on each")
