"""Every augmentation, as steps and compiled as a training step is; as a process: `python augment_all.py FILE`.

Not a test: `test_augment` runs it, on whatever backend KERAS_BACKEND names.
"""

import sys

import numpy as np

from resnet_spec.data.draw import draw_all
from resnet_spec.spec.data import Data

ALONE = {
    "flip": "random_flip",
    "alternate": {"random_flip": {"alternate": True}},
    "crop": {"random_crop": {"padding": 2}},
    "reflect": {"random_crop": {"padding": 2, "fill": "reflect"}},
    "jitter": "color_jitter",
    "rand_augment": "rand_augment",
    "nearest": {"rand_augment": {"interpolation": "nearest", "fill": "zeros", "magnitude_std": 0.5, "num_ops": 3}},
    "cutout": {"cutout": 5},
    "some_cutout": {"cutout": {"size": 4, "fill": "zeros", "probability": 0.5}},
}
"""What happens to an image whatever batch it is in."""
MIXED = {
    "mixup": {"mixup": {"alpha": 0.8}},
    "some_mixup": {"mixup": {"alpha": 1.0, "probability": 0.5}},
    "cutmix": "cutmix",
    "some_cutmix": {"cutmix": {"alpha": 0.5, "probability": 0.5}},
}
NORMALIZE = {"mean": [0.2, 0.4, 0.6], "std": [1.0, 1.0, 1.0], "channel_order": "bgr"}
CLASSES = 5


def data_of(*steps):
    return Data.model_validate({"source": "digits", "augment": steps, "normalize": NORMALIZE})


def pictures(count=64, height=12, width=10, channels=3):
    """Give images with something of every brightness, and targets."""
    random = np.random.default_rng(0)
    spread = random.integers(1, 256, (count, 1, 1, channels))
    images = (random.integers(0, 256, (count, height, width, channels)) % spread).astype(np.float32)
    return images, np.eye(CLASSES, dtype=np.float32)[random.integers(0, CLASSES, count)]


def augmented(images, targets, data, indices, *, seed=0, epoch=1):
    """Give images and targets, by a program that is compiled as a training step is."""
    import keras

    from resnet_spec.backends.runtime import open_runtime
    from resnet_spec.train.augment import augment

    def program(batch):
        images, targets = augment(batch["images"], batch["targets"], data, batch)
        return {"images": images, "targets": targets}

    drawn = draw_all(data.augment, np.asarray(indices), seed=seed, epoch=epoch)
    found = open_runtime([keras.Variable(0.0)]).compile(program)({"images": images, "targets": targets, **drawn})
    return np.asarray(found["images"]), np.asarray(found["targets"])


def everything():
    """Give what each of them makes of the same images."""
    images, targets = pictures()
    found = {}
    for name, step in {**ALONE, **MIXED}.items():
        found[f"{name}.images"], found[f"{name}.targets"] = augmented(images, targets, data_of(step), range(64))
    return found


if __name__ == "__main__":
    from resnet_spec.train.prepare_backend import prepare_backend

    prepare_backend(training=True)
    np.savez(sys.argv[1], **everything())
