"""Nouns: the published CIFAR archives (Krizhevsky 2009, https://www.cs.toronto.edu/~kriz/cifar.html)."""

from __future__ import annotations

from dataclasses import dataclass

PIXELS = 3 * 32 * 32


@dataclass(frozen=True, slots=True)
class CifarSet:
    """One archive of binary records: label bytes, then 32x32 pixels of red, of green, of blue, row by row."""

    url: str
    md5: str
    """Of the archive, as published beside it."""
    folder: str
    """The folder inside the archive."""
    train: tuple[str, ...]
    """Files of training images."""
    test: tuple[str, ...]
    """Files of test images."""
    images: tuple[int, int]
    """Images in each training file and in each test file."""
    names: str
    """A text file of class names, one a line, in the order of the labels."""
    label_bytes: int
    """Bytes before the pixels; the last of them is the label."""

    @property
    def archive(self) -> str:
        """The archive's file name."""
        return self.url.rpartition("/")[2]


CIFAR10 = CifarSet(
    url="https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    md5="c32a1d4ab5d03f1284b67883e8d87530",
    folder="cifar-10-batches-bin",
    train=tuple(f"data_batch_{number}.bin" for number in range(1, 6)),
    test=("test_batch.bin",),
    images=(10_000, 10_000),
    names="batches.meta.txt",
    label_bytes=1,
)
CIFAR100 = CifarSet(
    url="https://www.cs.toronto.edu/~kriz/cifar-100-binary.tar.gz",
    md5="03b5dce01913d631647c71ecec9e9cb8",
    folder="cifar-100-binary",
    train=("train.bin",),
    test=("test.bin",),
    images=(50_000, 10_000),
    names="fine_label_names.txt",
    label_bytes=2,
)
