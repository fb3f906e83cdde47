"""Images and a batch size -> steps an epoch; a last, partial batch is dropped."""

from __future__ import annotations

from resnet_spec.diagnostic import Code, Diagnostic, InputError


def count_steps(images: int, batch_size: int) -> int:
    """Count the steps of an epoch.

    >>> count_steps(50_000, 128)
    390

    Raises:
        InputError: there is not even one.
    """
    if images < batch_size:
        message = f"{images:,} training images do not fill one batch of {batch_size:,}"
        help = f"for example `--set train.batch_size={max(1, images // 4)}`"
        raise InputError(Diagnostic(Code.DATA_MISMATCH, message, None, help))
    return images // batch_size
