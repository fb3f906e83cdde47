"""`spec.data.Data` -> a `Dataset`, or everything that is wrong with it.

Enters: the spec's words and the model's shape and classes. Leaves: train, validation and test in memory, checked.
No augmentation and no normalisation here.
"""

from __future__ import annotations

from resnet_spec.data.check_fit import check_fit
from resnet_spec.data.check_loaded import check_loaded
from resnet_spec.data.dataset import Dataset, Loaded, Split
from resnet_spec.data.describe_source import describe_source
from resnet_spec.data.fingerprint import fingerprint
from resnet_spec.data.finish_splits import finish_splits
from resnet_spec.data.fraction_of_test import fraction_of_test
from resnet_spec.data.hold_out import TEST_SEED
from resnet_spec.data.load_source import load_source
from resnet_spec.data.split_off import split_off
from resnet_spec.diagnostic import Code, Diagnostic, InputError
from resnet_spec.spec.data import Data, Source

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
    loaded = load_source(data, shape=shape, classes=classes)
    problems = [*loaded.problems, *check_loaded(loaded, classes=classes), *_test_problems(data.source, loaded)]
    problems += check_fit(data, loaded, shape)
    if problems:
        raise InputError(*problems)
    train, validation, test, origin = _split(data, loaded, seed)
    train, validation, test = finish_splits((train, validation, test), data, shape)
    return Dataset(
        loaded.class_names,
        train,
        validation,
        test,
        validation_origin=origin + (f"; at most {data.max_images:,} of each split" if data.max_images else ""),
        skipped=loaded.skipped,
        broken=loaded.broken,
        source=describe_source(data.source),
        fingerprint=fingerprint(loaded.class_names, (train, validation, test)),
    )


def _test_problems(source: Source, loaded: Loaded) -> list[Diagnostic]:
    if loaded.test is not None and fraction_of_test(source) is not None:
        message = f"`{describe_source(source)}` has a test split of its own, and `test_fraction` asks for another"
        return [Diagnostic(Code.DATA_LAYOUT, message, help="delete `test_fraction`, or the split")]
    if not loaded.class_names or loaded.test is not None or fraction_of_test(source) is not None:
        return []
    message = f"`{describe_source(source)}` has no test split"
    hint = f"add one, or set `data.source.{source.tag}.test_fraction`, such as 0.2"
    return [Diagnostic(Code.DATA_LAYOUT, message, help=hint)]


def _split(data: Data, loaded: Loaded, seed: int) -> tuple[Split, Split, Split, str]:
    assert loaded.train is not None  # since not only the test images were asked for
    train, test = loaded.train, loaded.test
    if test is None:
        train, test = split_off(train, fraction_of_test(data.source) or 0.0, "test", TEST_SEED)
    unused = f"; the source's own `{loaded.validation_name}` split is not used" if loaded.validation else ""
    if data.validation == "test":
        return train, test, test, f"the test split{unused}"
    if data.validation is None and loaded.validation is not None:
        return train, loaded.validation, test, f"the source's own `{loaded.validation_name}` split"
    share = data.validation or DEFAULT_SHARE
    train, validation = split_off(train, share, "validation", seed)
    return train, validation, test, f"{100 * share:g}% of the training images of each class{unused}"
