"""The bfloat16 tensors of a safetensors file, which NumPy has no type for.

The format (huggingface.co/docs/safetensors): 8 bytes, the length of the header as a little-endian whole number; the
header, JSON of name -> dtype, shape, data_offsets; then the data, which the offsets count from. That the header is
sound has been checked by the library when it opened the file.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_LENGTH_BYTES = 8


def read_bfloat16(path: Path, name: str) -> NDArray[np.float32]:
    """Give a tensor in its shape; bfloat16 is the upper half of float32, so that nothing is rounded."""
    with path.open("rb") as stream:
        length = int.from_bytes(stream.read(_LENGTH_BYTES), "little")
        entry = json.loads(stream.read(length))[name]
        begin, end = entry["data_offsets"]
        stream.seek(_LENGTH_BYTES + length + begin)
        halves = np.frombuffer(stream.read(end - begin), "<u2")
    return (halves.astype(np.uint32) << 16).view(np.float32).reshape(entry["shape"])
