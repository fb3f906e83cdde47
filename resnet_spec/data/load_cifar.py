"""`cifar10` and `cifar100` -> images and labels from the published binary archives; no pickle is ever read."""

from __future__ import annotations

import io
import tarfile
import zlib

import numpy as np

from resnet_spec.data.cifar_set import PIXELS, CifarSet
from resnet_spec.data.dataset import Loaded, Split
from resnet_spec.data.fetch_archive import fetch_archive
from resnet_spec.diagnostic import Code, Diagnostic, InputError

MAX_NAMES_BYTES = 1 << 16


def load_cifar(published: CifarSet, path: str | None, *, only_test: bool = False) -> Loaded:
    """Give the published training and test images, (images, 32, 32, 3).

    Args:
        published: which archive.
        path: a copy of it to use instead of the cache and the network.
        only_test: whether to leave the training images out.

    Raises:
        InputError: the archive cannot be had, its checksum differs, or it does not hold what it must.
    """
    content = fetch_archive(published, path)
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:gz") as archive:
            return Loaded(
                class_names=_names(archive, published),
                train=None if only_test else _split(archive, published, "train", published.train, published.images[0]),
                test=_split(archive, published, "test", published.test, published.images[1]),
            )
    except (tarfile.TarError, OSError, EOFError, UnicodeDecodeError, zlib.error) as error:
        raise _refused(published, f"it is damaged ({error})") from None


def _names(archive: tarfile.TarFile, published: CifarSet) -> tuple[str, ...]:
    member = _member(archive, published, published.names)
    if member.size > MAX_NAMES_BYTES:
        raise _refused(published, f"`{member.name}` has {member.size:,} bytes")
    return tuple(_content(archive, member).decode("ascii").split())


def _split(archive: tarfile.TarFile, published: CifarSet, name: str, files: tuple[str, ...], images: int) -> Split:
    width = published.label_bytes + PIXELS
    records = np.empty((len(files), images, width), np.uint8)
    for slot, file in enumerate(files):
        member = _member(archive, published, file)
        if member.size != images * width:
            raise _refused(published, f"`{member.name}` has {member.size:,} bytes instead of {images * width:,}")
        records[slot] = np.frombuffer(_content(archive, member), np.uint8).reshape(images, width)
    flat = records.reshape(-1, width)
    planes = flat[:, published.label_bytes :].reshape(-1, 3, 32, 32)
    pixels = np.ascontiguousarray(planes.transpose(0, 2, 3, 1))
    labels = flat[:, published.label_bytes - 1].astype(np.int64)
    return Split(pixels, labels, tuple(f"{name}[{index}]" for index in range(len(labels))))


def _member(archive: tarfile.TarFile, published: CifarSet, file: str) -> tarfile.TarInfo:
    name = f"{published.folder}/{file}"
    try:
        member = archive.getmember(name)
    except KeyError:
        raise _refused(published, f"`{name}` is missing") from None
    if not member.isreg():
        raise _refused(published, f"`{name}` is no regular file")
    return member


def _content(archive: tarfile.TarFile, member: tarfile.TarInfo) -> bytes:
    handle = archive.extractfile(member)
    content = b"" if handle is None else handle.read(member.size)
    if len(content) != member.size:
        raise tarfile.ReadError(f"`{member.name}` ends early")
    return content


def _refused(published: CifarSet, reason: str) -> InputError:
    hint = f"get the archive again from {published.url}"
    return InputError(Diagnostic(Code.DATA_ARCHIVE, f"`{published.archive}` is refused: {reason}", help=hint))
