import io
import zipfile

import numpy as np
import pytest
from PIL import Image

from resnet_spec.data.load_dataset import load_dataset
from resnet_spec.spec.data import Data


@pytest.fixture
def png():
    """Bytes of a 4x4 picture, or another, of one value or of an array."""

    def make(value=0, *, shape=(4, 4, 3), kind="PNG", **options):
        pixels = np.full(shape, value, np.uint8) if np.isscalar(value) else value
        pixels = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
        target = io.BytesIO()
        Image.fromarray(pixels).save(target, kind, **options)
        return target.getvalue()

    return make


@pytest.fixture
def files(png):
    """A sound image folder as name -> bytes: two classes, three training images and one test image each."""
    names = [
        f"{split}/{name}/{n}.png" for split, many in (("train", 3), ("test", 1)) for name in "ab" for n in range(many)
    ]
    return {name: png(index) for index, name in enumerate(names)}


@pytest.fixture
def folder(tmp_path):
    def write(files, name="images"):
        for path, content in files.items():
            target = tmp_path / name / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
        return tmp_path / name

    return write


@pytest.fixture
def zipped(tmp_path):
    def write(files, name="images.zip"):
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for path, content in files.items():
                archive.writestr(path, content)
        return tmp_path / name

    return write


@pytest.fixture
def load():
    def run(source, *, shape=(4, 4, 3), classes=2, seed=0, **options):
        data = Data.model_validate({"source": source, **options})
        return load_dataset(data, shape=shape, classes=classes, seed=seed)

    return run


@pytest.fixture
def load_folder(load):
    def run(path, *, source=None, **options):
        return load({"image_folder": {"path": str(path), **(source or {})}}, **options)

    return run
