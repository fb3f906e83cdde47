"""A loaded source and the input's shape -> what keeps the images from being made into inputs."""

from __future__ import annotations

from resnet_spec.data.dataset import Loaded
from resnet_spec.data.fit_images import fit_images
from resnet_spec.data.images import take_images
from resnet_spec.diagnostic import Diagnostic, InputError
from resnet_spec.spec.data import Data


def check_fit(data: Data, loaded: Loaded, shape: tuple[int, int, int]) -> tuple[Diagnostic, ...]:
    """Try the first image of each split; `shape` is height, width and channels of the input."""
    try:
        for split in (loaded.train, loaded.test, loaded.validation):
            if split is not None:
                fit_images(take_images(split.images, slice(1)), shape=shape, resize=data.resize)
    except InputError as error:
        return error.diagnostics
    return ()
