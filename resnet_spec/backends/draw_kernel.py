"""An initializer's name, a shape, a seed and a path name -> a layer's first kernel, the same on every framework.

The initializers are Keras's: `VarianceScaling` with these scales, modes and distributions. Keras would draw them from
the random stream of the framework that it runs on, and so start the same spec from other numbers on each.
"""

from __future__ import annotations

import hashlib
import math

import numpy as np
from numpy.typing import NDArray

_SCALES = {"he": 2.0, "lecun": 1.0, "glorot": 1.0}
_CUT_STDDEV = 0.87962566103423978
"""Standard deviation of a standard normal that is cut off at -2 and 2."""


def draw_kernel(
    initializer: str, shape: tuple[int, ...], *, seed: int, path: str, groups: int = 1
) -> NDArray[np.float32]:
    """Draw a kernel; a pure function of the arguments.

    Args:
        initializer: Keras's name: `he_normal`, `glorot_uniform`, `zeros` ...; `dirac` (see `_dirac`); or `whitening`,
            which is drawn as `lecun_normal` until there are images to make it from (see `train.whitening_kernel`).
        shape: ends with input channels (of a group) and output channels.
        seed: of the run.
        path: the kernel's layer.
        groups: of the convolution.

    Returns:
        (shape) float32. Normals are cut off at two standard deviations before the cut, as Keras's are.
    """
    if initializer in ("zeros", "ones"):
        return np.full(shape, float(initializer == "ones"), np.float32)
    if initializer in ("dirac", "whitening"):
        drawn = draw_kernel("lecun_normal", shape, seed=seed, path=path)
        return _dirac(drawn, groups) if initializer == "dirac" else drawn
    family, _, distribution = initializer.partition("_")
    variance = _SCALES[family] / max(1.0, _fan(family, shape))
    words = np.random.Philox(key=int.from_bytes(hashlib.sha256(f"{seed}/{path}/kernel".encode()).digest()[:16], "big"))
    count = math.prod(shape)
    match distribution:
        case "normal":
            values = _cut_normals(words, count) * (math.sqrt(variance) / _CUT_STDDEV)
        case "uniform":
            values = _uniforms(words, count) * math.sqrt(3.0 * variance)
        case _:
            raise NotImplementedError(initializer)
    return values.reshape(shape).astype(np.float32)


def _dirac(kernel: NDArray[np.float32], groups: int) -> NDArray[np.float32]:
    """Let the first outputs of every group be its inputs, as far as there are both; the others stay as drawn.

    PyTorch's `dirac_` on the first rows of a drawn kernel (Jordan 2024, arXiv 2404.00498).
    """
    *sizes, inputs, outputs = kernel.shape
    centre = tuple((size - 1) // 2 for size in sizes)
    for group in range(groups):
        for place in range(min(inputs, outputs // groups)):
            output = group * (outputs // groups) + place
            kernel[..., output] = 0
            kernel[(*centre, place, output)] = 1
    return kernel


def _fan(family: str, shape: tuple[int, ...]) -> float:
    """Give the inputs that an output is a sum of; for Glorot the mean of these and the outputs of an input."""
    pixels = math.prod(shape[:-2])
    fan_in, fan_out = pixels * shape[-2], pixels * shape[-1]
    return (fan_in + fan_out) / 2.0 if family == "glorot" else fan_in


def _cut_normals(words: np.random.Philox, count: int) -> NDArray[np.float64]:
    """Draw standard normals within two standard deviations, by von Neumann's rejection.

    A place is kept or not, and never reckoned with: the values are those of the words, on whatever machine.
    """
    kept: list[NDArray[np.float64]] = []
    while (missing := count - sum(map(len, kept))) > 0:
        tries = _uniforms(words, 2 * missing + 16)
        places, heights = 2 * tries[0::2], (tries[1::2] + 1) / 2
        kept.append(places[heights < np.exp(-places * places / 2)])
    return np.concatenate([np.empty(0), *kept])[:count]


def _uniforms(words: np.random.Philox, count: int) -> NDArray[np.float64]:
    """Draw numbers from -1 to 1, which the upper 53 bits of a word are."""
    raw: NDArray[np.uint64] = words.random_raw(count)
    return (raw >> np.uint64(11)).astype(np.float64) * 2.0**-52 - 1.0
