"""Real images -> everything that a network is tried on.

Enters: images of the data set. Leaves: a part of them, and made-up ones; a function of its input alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.probe import Probe
from resnet_spec.spec.export import Dtype

MAX_REAL = 256
NOISE = 15  # with black and white 32 made-up images, so that a batch of 32 is run however few the real ones are
LARGE = 1000.0
SEED = 20151210


def make_probes(images: NDArray[np.uint8], dtype: Dtype = "float32") -> tuple[Probe, ...]:
    """Take up to 256 real images, evenly spread, and add black, white, noise, and noise far outside 0..255.

    A network that takes bytes gets noise of whole numbers instead, and noise of black and white.

    Args:
        images: real ones, (images, height, width, channels).
        dtype: what the network takes.
    """
    spread = np.linspace(0, len(images) - 1, min(len(images), MAX_REAL)).astype(int)
    shape = images.shape[1:]
    random = np.random.default_rng(SEED)
    noise, large = random.uniform(0, 255, (NOISE, *shape)), random.uniform(-LARGE, LARGE, (NOISE, *shape))
    if dtype == "uint8":
        noise, large = np.floor(noise), np.where(large > 0, 255.0, 0.0)
    return (
        Probe("real image", images[spread], tuple(int(index) for index in spread)),
        _made_up("black image", np.zeros((1, *shape))),
        _made_up("white image", np.full((1, *shape), 255.0)),
        _made_up("noise image", noise),
        _made_up("large-value image", large),
    )


def _made_up(kind: str, images: NDArray[np.float64]) -> Probe:
    return Probe(kind, images.astype(np.float32), tuple(range(len(images))))
