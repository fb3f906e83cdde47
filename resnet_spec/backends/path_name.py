"""A name that Keras made of a layer's -> what it is on every backend."""

from __future__ import annotations


def path_name(made: str) -> str:
    """Give the dots of a path back, which `keras_name` made colons; no path has any of its own.

    >>> path_name("stem:conv1_kernel_momentum")
    'stem.conv1_kernel_momentum'
    """
    return made.replace(":", ".")
