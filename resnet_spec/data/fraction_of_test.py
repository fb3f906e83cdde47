"""A source -> the share of its training images that is held out as the test split."""

from __future__ import annotations

from resnet_spec.spec.data import Cifar10, Cifar100, Source


def fraction_of_test(source: Source) -> float | None:
    """Give `test_fraction`, or None where the spec names none or the kind of source has a test split of its own."""
    return None if isinstance(source, Cifar10 | Cifar100) else source.test_fraction
