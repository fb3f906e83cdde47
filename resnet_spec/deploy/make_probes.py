"""Real images -> everything that a network is tried on.

Enters: images of the data set. Leaves: a part of them, and made-up ones; a function of its input alone.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from resnet_spec.deploy.probe import Probe

MAX_REAL = 256
NOISE = 15  # with black and white 32 made-up images, so that a batch of 32 is run however few the real ones are
LARGE = 1000.0
SEED = 20151210


def make_probes(images: NDArray[np.uint8]) -> tuple[Probe, ...]:
    """Take up to 256 real images, evenly spread, and add black, white, noise, and noise far outside 0..255.

    Args:
        images: real ones, (images, height, width, channels).
    """
    spread = np.linspace(0, len(images) - 1, min(len(images), MAX_REAL)).astype(int)
    shape = images.shape[1:]
    random = np.random.default_rng(SEED)
    return (
        Probe("real image", images[spread], tuple(int(index) for index in spread)),
        _made_up("black image", np.zeros((1, *shape))),
        _made_up("white image", np.full((1, *shape), 255.0)),
        _made_up("noise image", random.uniform(0, 255, (NOISE, *shape))),
        _made_up("large-value image", random.uniform(-LARGE, LARGE, (NOISE, *shape))),
    )


def _made_up(kind: str, images: NDArray[np.float64]) -> Probe:
    return Probe(kind, images.astype(np.float32), tuple(range(len(images))))
