"""A .npz file -> what its arrays declare: never an object, never more bytes than the file holds.

Enters: a path. Leaves: shapes and types, from the headers alone. What the arrays mean does not belong here.
"""

from __future__ import annotations

import math
import zipfile
from pathlib import Path
from typing import IO

import numpy as np

from resnet_spec.data.npz_header import MAX_HEADER_BYTES, NpzHeader
from resnet_spec.data.open_npz import open_npz
from resnet_spec.diagnostic import Code, Diagnostic, InputError

MAX_BYTES = 16 << 30
ENCRYPTED = 0x1


def npz_headers(path: Path) -> dict[str, NpzHeader]:
    """Give what each array declares, without reading or allocating it.

    Raises:
        InputError: the file is damaged or encrypted, an array holds Python objects, declares another size than its
            member has, or is over 16 GiB.
    """
    with open_npz(path) as archive:
        return {info.filename.removesuffix(".npy"): _declared(path, archive, info) for info in archive.infolist()}


def _declared(path: Path, archive: zipfile.ZipFile, info: zipfile.ZipInfo) -> NpzHeader:
    if not info.filename.endswith(".npy"):
        raise _refused(path, f"its member {info.filename!r} is no array")
    if info.flag_bits & ENCRYPTED:
        raise _refused(path, f"its member {info.filename!r} is encrypted")
    with archive.open(info) as handle:
        declared = _header(handle)
        start = handle.tell()
    if declared.dtype.hasobject:
        raise _refused(path, f"{info.filename!r} holds Python objects, which could run code when they are read")
    size = math.prod(declared.shape) * declared.dtype.itemsize
    if min(declared.shape, default=0) < 0 or size > MAX_BYTES or start + size != info.file_size:
        found = f"its member has {info.file_size:,}"
        raise _refused(path, f"{info.filename!r} declares {size:,} bytes of content; {found} (limit {MAX_BYTES:,})")
    return declared


def _header(handle: IO[bytes]) -> NpzHeader:
    match np.lib.format.read_magic(handle):
        case (1, 0):
            shape, _, dtype = np.lib.format.read_array_header_1_0(handle, max_header_size=MAX_HEADER_BYTES)
        case (2, 0):
            shape, _, dtype = np.lib.format.read_array_header_2_0(handle, max_header_size=MAX_HEADER_BYTES)
        case version:
            raise ValueError(f"version {version} of the array format is not read")
    return NpzHeader(shape, dtype)


def _refused(path: Path, reason: str) -> InputError:
    hint = "save plain arrays with `numpy.savez_compressed`"
    return InputError(Diagnostic(Code.DATA_ARCHIVE, f"`{path}` is refused: {reason}", help=hint))
