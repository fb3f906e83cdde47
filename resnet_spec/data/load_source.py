"""`spec.data.Data` -> what its source holds, by the loader of its kind."""

from __future__ import annotations

from typing import assert_never

from resnet_spec.data.cifar_set import CIFAR10, CIFAR100
from resnet_spec.data.dataset import Loaded
from resnet_spec.data.load_cifar import load_cifar
from resnet_spec.data.load_digits import load_digits
from resnet_spec.data.load_image_folder import load_image_folder
from resnet_spec.data.load_npz import load_npz
from resnet_spec.spec.data import Cifar10, Cifar100, Data, Digits, ImageFolder, Npz


def load_source(data: Data, *, shape: tuple[int, int, int], classes: int, only_test: bool = False) -> Loaded:
    """Load a source.

    Args:
        data: the spec's `data`.
        shape: height, width and channels of the input.
        classes: `model.classes`.
        only_test: whether training images may be left out that no test image is held out of.

    Raises:
        InputError: the source is missing or refused.
    """
    match data.source:
        case Digits():
            return load_digits()
        case ImageFolder() as source:
            return load_image_folder(source, data, shape=shape, only_test=only_test)
        case Npz() as source:
            return load_npz(source, classes=classes, only_test=only_test)
        case Cifar10() as source:
            return load_cifar(CIFAR10, source.path, only_test=only_test)
        case Cifar100() as source:
            return load_cifar(CIFAR100, source.path, only_test=only_test)
        case _:
            assert_never(data.source)
