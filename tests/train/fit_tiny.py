"""A small training that can be made to die; as a process: `python fit_tiny.py DIR SAVES` is killed after so many.

Pairs of texts after these change its spec; a launcher's processes train together.

Not a test: `test_kill_matrix`, `test_devices` and `test_streaming` run it. Its 20 steps have augmentation, images
that grow, dropout, averaged weights, a plateau and early stopping.
"""

import io
import os
import signal
import sys
import zipfile
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from unittest import mock

import numpy as np

from resnet_spec.compile import compile_text
from resnet_spec.data import decode_files
from resnet_spec.data.dataset import Dataset, Split
from resnet_spec.data.load_dataset import load_dataset
from resnet_spec.spec.data import Npz
from resnet_spec.train.checkpoints import Checkpoints
from resnet_spec.train.hold_run import hold_run
from resnet_spec.train.prepare_backend import prepare_backend
from resnet_spec.train.run_directory import RunDirectory
from resnet_spec.train.state import Patience
from resnet_spec.workflow.fit_run import fit_run
from resnet_spec.workflow.follow_run import follow_run
from resnet_spec.workflow.order import Order

SPEC = """\
name: tiny
model:
  input: {shape: [8, 8, 1]}
  classes: 10
  stem: [conv: {filters: 4}, norm, relu, dropout: 0.2]
  stages: [{block: basic, filters: 4, blocks: 1}]
  head: [global_avg_pool, dropout: 0.1, dense]
data:
  source: {npz: images.npz}
  augment: [random_flip: {alternate: true}, random_crop: {padding: 1}, cutout: 3, mixup]
train:
  epochs: 4
  batch_size: 16
  progressive_resizing: [{size: [6, 8], until_epoch: 2}]
  optimizer: {adam: {learning_rate: 1e-2}}
  schedule: {plateau: {patience: 0, factor: 0.5, min_delta: 0.5}}
  early_stopping: {patience: 4, min_delta: 1.0}
  average: {ema: {momentum: 0.9}}
  precision: float32
  checkpoint_seconds: 0
"""


class Dead(Exception):
    """What stands for SIGKILL where a process goes on living: nothing after it is done or saved."""


class Silent:
    def step(self, *_, **__):
        pass

    def epoch(self, *_):
        pass


def images(count=80):
    random = np.random.default_rng(0)
    splits = []
    for size in (count, 40, 40):
        labels = np.arange(size) % 10
        pixels = (random.integers(0, 160, (size, 8, 8, 1)) + 9 * labels[:, None, None, None]).astype(np.uint8)
        splits.append(Split(pixels, labels, tuple(map(str, range(size)))))
    names = tuple("abcdefghij")
    return Dataset(names, *splits, validation_origin="its own", skipped=(), broken=(), source="random", fingerprint="")


def zip_of_images(path):
    """Write the same images as files."""
    from PIL import Image

    dataset = images()
    with zipfile.ZipFile(path, "w") as archive:
        for name, split in (("train", dataset.train), ("val", dataset.validation), ("test", dataset.test)):
            for place, label in enumerate(split.labels):
                content = io.BytesIO()
                Image.fromarray(split.images[place, :, :, 0]).save(content, "PNG")
                archive.writestr(f"{name}/{dataset.class_names[label]}/{place:03}.png", content.getvalue())
    return path


def fit_tiny(run, *changes, patch=None, count=80, initial=None):
    """Begin the run or go on with it; gives what it said.

    Args:
        run: its directory.
        changes: pairs of a piece of the spec and what stands in its place.
        patch: a context in which it trains.
        count: training images.
        initial: weights to begin with.
    """
    text, said = SPEC, []
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    run.mkdir(exist_ok=True)
    compiled = compile_text(text, "tiny.yaml")
    data = compiled.spec.data
    own = isinstance(data.source, Npz)
    dataset = images(count) if own else load_dataset(data, shape=(8, 8, 1), classes=10, seed=0)
    order = Order(compiled, dataset, RunDirectory(run), initial, resume=True)
    from resnet_spec.backends.find_devices import find_devices

    with patch or nullcontext():
        if find_devices().leads:
            with hold_run(order.run):
                fit_run(order, Silent(), said.append, lambda: False)
        else:
            follow_run(order, lambda: False)
    return said


@contextmanager
def dying(saves, how):
    """Die as soon as a checkpoint is saved, the `saves`th of this process."""
    write, made = Checkpoints.write, []

    def writing(self, checkpoint):
        write(self, checkpoint)
        made.append(checkpoint)
        if len(made) == saves:
            how()

    with mock.patch.object(Checkpoints, "write", writing):
        yield


@contextmanager
def forgetting(what):
    """Go on from a checkpoint without a part of it: the negative controls."""
    newest = Checkpoints.newest

    def reading(self, announce):
        found = newest(self, announce)
        progress, arrays = found.state.progress, dict(found.state.arrays)
        if what == "rate":
            progress = replace(progress, rate=replace(progress.rate, best=None, wait=0, base=1e-2))
        elif what == "patience":
            progress = replace(progress, patience=Patience())
        elif what == "best":
            progress = replace(progress, best=None)
        elif what == "position":
            progress = replace(progress, step=0)
        else:
            arrays |= {name: array * 0 for name, array in arrays.items() if name.startswith(what)}
        return replace(found, state=replace(found.state, progress=progress, arrays=arrays))

    with mock.patch.object(Checkpoints, "newest", reading):
        yield


def fall():
    raise Dead


def divide_processor(parts):
    """Let TensorFlow see the processor as several devices, as JAX does with `XLA_FLAGS`."""
    import tensorflow as tf

    cpu = tf.config.list_physical_devices("CPU")[0]
    tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * parts)


if __name__ == "__main__":
    prepare_backend(training=True)
    fatal = dying(int(sys.argv[2]), lambda: os.kill(os.getpid(), signal.SIGKILL))
    pairs = zip(sys.argv[3::2], sys.argv[4::2], strict=True)
    with mock.patch.object(decode_files, "decode_image", wraps=decode_files.decode_image) as decoded:
        print(*fit_tiny(Path(sys.argv[1]), *pairs, patch=fatal), sep="\n")
    print(f"decoded {decoded.call_count} images")
    print("TensorFlow was loaded" if "tensorflow" in sys.modules else "without TensorFlow")
