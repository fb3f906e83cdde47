"""A .npz file that `npz_headers` has passed -> one of its arrays."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.npz_header import MAX_HEADER_BYTES
from resnet_spec.data.open_npz import open_npz


def npz_array(path: Path, name: str) -> NDArray[Any]:
    """Read one array; pickled content is refused again.

    Raises:
        InputError: the content is damaged.
    """
    with open_npz(path) as archive, archive.open(f"{name}.npy") as handle:
        array: NDArray[Any] = np.lib.format.read_array(handle, allow_pickle=False, max_header_size=MAX_HEADER_BYTES)
        # Only past its last byte is a member held against its checksum.
        handle.read(1)
        return array
