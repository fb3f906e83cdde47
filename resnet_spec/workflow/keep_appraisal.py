"""An appraisal of the file that ships -> what the run directory keeps of it."""

from __future__ import annotations

import io
import shutil
from dataclasses import asdict
from typing import Any

import numpy as np
from numpy.typing import NDArray

from resnet_spec.data.dataset import Split
from resnet_spec.deploy.appraisal import Appraisal
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.write_atomically import write_atomically

_SIDE = 128
"""Longest side of a picture that is kept, in pixels."""


def keep_appraisal(appraisal: Appraisal, split: Split, run: RunDirectory) -> dict[str, Any]:
    """Write the wrongly answered images into `mistakes/`, small, and give the facts for `result.json`.

    Raises:
        InputError: the directory cannot be written.
    """
    shutil.rmtree(run.mistakes, ignore_errors=True)
    run.mistakes.mkdir()
    for number, wrong in enumerate(appraisal.wrong, start=1):
        (image,) = split.images[wrong.index : wrong.index + 1]
        write_atomically(run.mistake(number), _small_png(image))
    return {
        "evaluation": asdict(appraisal.evaluation),
        "calibration": asdict(appraisal.calibration),
        "mistakes": [asdict(wrong) for wrong in appraisal.wrong],
    }


def _small_png(image: NDArray[np.uint8]) -> bytes:
    from PIL import Image

    picture = Image.fromarray(image[..., :3] if image.shape[-1] >= 3 else image[..., 0])
    picture.thumbnail((_SIDE, _SIDE))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return stream.getvalue()
