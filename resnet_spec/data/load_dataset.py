"""`spec.data.Data` -> a `Dataset`, or everything that is wrong with it.

Enters: the spec's words and the model's shape and classes. Leaves: train, validation and test in memory, checked.
No augmentation and no normalisation here.
"""

from __future__ import annotations

from typing import assert_never

from resnet_spec.data.check_loaded import check_loaded
from resnet_spec.data.cifar_set import CIFAR10, CIFAR100
from resnet_spec.data.dataset import Dataset, Loaded, Split
from resnet_spec.data.fingerprint import fingerprint
from resnet_spec.data.fit_images import fit_images
from resnet_spec.data.hold_out import hold_out
from resnet_spec.data.load_cifar import load_cifar
from resnet_spec.data.load_digits import load_digits
from resnet_spec.data.load_image_folder import load_image_folder
from resnet_spec.data.load_npz import load_npz
from resnet_spec.data.spread_over_classes import spread_over_classes
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Cifar10, Cifar100, Data, Digits, ImageFolder, Npz, Source

DEFAULT_SHARE = 0.1
Shape = tuple[int, int, int]


def load_dataset(data: Data, *, shape: Shape, classes: int, seed: int) -> Dataset:
    """Load, convert, check, split and limit the images.

    Args:
        data: the spec's `data`.
        shape: `model.input.shape`: height, width, channels.
        classes: `model.classes`.
        seed: of the run; chooses the validation images. The test images never depend on it.

    Raises:
        InputError: with every fault that can be found, before anything is trained.
    """
    loaded = _load(data, shape, classes)
    problems = [*loaded.problems, *check_loaded(loaded, classes=classes), *_test_problems(data.source, loaded)]
    problems += _unfit(data, loaded, shape)
    if problems:
        raise InputError(*problems)
    train, validation, test, origin = _split(data, loaded, seed)
    train, validation, test = (_finished(split, data, shape) for split in (train, validation, test))
    return Dataset(
        loaded.class_names,
        train,
        validation,
        test,
        validation_origin=origin + (f"; at most {data.max_images:,} of each split" if data.max_images else ""),
        skipped=loaded.skipped,
        source=_described(data.source),
        fingerprint=fingerprint(loaded.class_names, (train, validation, test)),
    )


def _load(data: Data, shape: Shape, classes: int) -> Loaded:
    match data.source:
        case Digits():
            return load_digits()
        case ImageFolder() as source:
            return load_image_folder(source, shape=shape, resize=data.resize)
        case Npz() as source:
            return load_npz(source, classes=classes)
        case Cifar10() as source:
            return load_cifar(CIFAR10, source.path)
        case Cifar100() as source:
            return load_cifar(CIFAR100, source.path)
        case _:
            assert_never(data.source)


def _described(source: Source) -> str:
    path = None if isinstance(source, Digits) else source.path
    return f"{source.tag} {path}" if path else source.tag


def _test_fraction(source: Source) -> float | None:
    return None if isinstance(source, Cifar10 | Cifar100) else source.test_fraction


def _test_problems(source: Source, loaded: Loaded) -> list[Diagnostic]:
    if loaded.test is not None and _test_fraction(source) is not None:
        message = f"`{_described(source)}` has a test split of its own, and `test_fraction` asks for another"
        return [Diagnostic(Code.DATA_LAYOUT, message, help="delete `test_fraction`, or the split")]
    if not loaded.class_names or loaded.test is not None or _test_fraction(source) is not None:
        return []
    message = f"`{_described(source)}` has no test split"
    hint = f"add one, or set `data.source.{source.tag}.test_fraction`, such as 0.2"
    return [Diagnostic(Code.DATA_LAYOUT, message, help=hint)]


def _unfit(data: Data, loaded: Loaded, shape: Shape) -> tuple[Diagnostic, ...]:
    try:
        for split in (loaded.train, loaded.test, loaded.validation):
            if split is not None:
                fit_images(split.images[:1], shape=shape, resize=data.resize)
    except InputError as error:
        return error.diagnostics
    return ()


def _split(data: Data, loaded: Loaded, seed: int) -> tuple[Split, Split, Split, str]:
    train, test = loaded.train, loaded.test
    if test is None:
        # A fixed seed: the test images are part of the data set, not of the run.
        train, test = _held_out(train, _test_fraction(data.source) or 0.0, "test", 0)
    unused = f"; the source's own `{loaded.validation_name}` split is not used" if loaded.validation else ""
    if data.validation == "test":
        return train, test, test, f"the test split{unused}"
    if data.validation is None and loaded.validation is not None:
        return train, loaded.validation, test, f"the source's own `{loaded.validation_name}` split"
    share = data.validation or DEFAULT_SHARE
    train, validation = _held_out(train, share, "validation", seed)
    return train, validation, test, f"{100 * share:g}% of the training images of each class{unused}"


def _held_out(split: Split, share: float, purpose: str, seed: int) -> tuple[Split, Split]:
    held = hold_out(split.labels, share=share, purpose=purpose, seed=seed)
    if not held.any():
        message = f"no class has two training images, so no {purpose} images can be held out"
        raise InputError(Diagnostic(Code.DATA_LAYOUT, message, help=f"add images, or give a {purpose} split"))
    return split.take(~held), split.take(held)


def _finished(split: Split, data: Data, shape: Shape) -> Split:
    if data.max_images is not None and data.max_images < len(split):
        split = split.take(spread_over_classes(split.labels, data.max_images))
    return Split(fit_images(split.images, shape=shape, resize=data.resize), split.labels, split.names)
